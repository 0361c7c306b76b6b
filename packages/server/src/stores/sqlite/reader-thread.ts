import { parentPort, workerData } from 'node:worker_threads';
import { openConnection } from './connection.js';
import { createReadVerbs } from './read-verbs.js';
import { type Answer, type Call, type FromThread, type ToThread, toFailure } from './thread-messages.js';

/**
 * Entry of the thread that alone reads, beside the writer: no read waits for a commit's fsync. In WAL mode each read
 * sees all that was committed, hence answered, before it began.
 */
const { file } = workerData as { file: string };
const port = parentPort;
if (port === null) throw new Error('this file runs as a worker thread');
const tell = (message: FromThread) => port.postMessage(message);

function start(): void {
  const connection = openConnection(file, { readOnly: true, busyMs: 5_000 });
  const verbs = new Map(Object.entries(createReadVerbs(connection)));
  const answer = ({ id, verb, input }: Call): Answer => {
    try {
      const run = verbs.get(verb) as ((input: unknown) => unknown) | undefined;
      if (run === undefined) throw new Error(`there is no verb "${verb}"`);
      return { id, ok: true, value: run(input) };
    } catch (thrown) {
      return { id, ok: false, failure: toFailure(thrown) };
    }
  };
  port?.on('message', (message: ToThread) => {
    // One by one: the first need not wait for the slowest.
    if ('calls' in message) {
      for (const call of message.calls) tell({ answers: [answer(call)] });
      return;
    }
    connection.close();
    tell({ closed: true });
    port.close();
  });
  tell({ ready: null });
}

try {
  start();
} catch (thrown) {
  tell({ failed: toFailure(thrown) });
}
