import { parentPort, workerData } from 'node:worker_threads';
import { type Connection, openConnection } from './connection.js';
import { createReadVerbs } from './read-verbs.js';
import { type Answer, type Call, type FromThread, type ToThread, toFailure } from './thread-messages.js';

/**
 * Entry of the thread that alone reads, beside the writer: no read waits for a commit's fsync. In WAL mode each read
 * sees all that was committed, hence answered, before it began.
 */
const { file } = workerData as { file: string };
const port = parentPort;
if (port === null) throw new Error('this file runs as a worker thread');
/** Pages kept in memory. Facts of jobs that ran side by side lie side by side: a replay of one comes by all pages. */
const CACHE_KIB = 32 * 1024;
const tell = (message: FromThread) => port.postMessage(message);

// Opened with the first call: the file may still be made or migrated by the writer while this thread starts.
let opened: { connection: Connection; verbs: Map<string, unknown> } | null = null;

function verbNamed(name: string): (input: unknown) => unknown {
  if (opened === null) {
    const connection = openConnection(file, { readOnly: true, busyMs: 5_000 });
    connection.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
    opened = { connection, verbs: new Map(Object.entries(createReadVerbs(connection))) };
  }
  const verb = opened.verbs.get(name) as ((input: unknown) => unknown) | undefined;
  if (verb === undefined) throw new Error(`there is no verb "${name}"`);
  return verb;
}

function answer({ id, verb, input }: Call): Answer {
  try {
    return { id, ok: true, value: verbNamed(verb)(input) };
  } catch (thrown) {
    return { id, ok: false, failure: toFailure(thrown) };
  }
}

port.on('message', (message: ToThread) => {
  // One by one: the first need not wait for the slowest.
  if ('calls' in message) {
    for (const call of message.calls) tell({ answers: [answer(call)] });
    return;
  }
  opened?.connection.close();
  tell({ closed: true });
  port.close();
});
tell({ ready: null });
