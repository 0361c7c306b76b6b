import { parentPort, workerData } from 'node:worker_threads';
import { openDataLock } from './data-lock.js';
import { createGroupCommit } from './group-commit.js';
import { type Opened, openDatabase } from './open-database.js';
import type { FromThread, ToThread } from './thread-messages.js';
import { toFailure } from './thread-messages.js';
import { createWriteVerbs, LAZY_VERBS } from './write-verbs.js';

/** Entry of the thread that alone writes. It holds the lock of the data directory as long as it lives. */
const { dir, file } = workerData as { dir: string; file: string };
const port = parentPort;
if (port === null) throw new Error('this file runs as a worker thread');
const tell = (message: FromThread) => port.postMessage(message);

function start(): void {
  const lock = openDataLock(dir);
  let opened: Opened;
  try {
    opened = openDatabase(file);
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
  const { connection, epoch, leases } = opened;
  const verbs = new Map(Object.entries(createWriteVerbs(connection)));
  const group = createGroupCommit({
    connection,
    lazy: LAZY_VERBS,
    answer: (answers, commit) => tell(commit === undefined ? { answers } : { answers, commit }),
    run(verb, input) {
      const run = verbs.get(verb) as ((input: unknown) => unknown) | undefined;
      if (run === undefined) throw new Error(`there is no verb "${verb}"`);
      return run(input);
    },
  });
  port?.on('message', (message: ToThread) => {
    if ('calls' in message) return group.take(message.calls);
    group.flush();
    connection.close();
    lock.release();
    tell({ closed: true });
    port.close();
  });
  tell({ ready: { epoch, leases } });
}

try {
  start();
} catch (thrown) {
  tell({ failed: toFailure(thrown) });
}
