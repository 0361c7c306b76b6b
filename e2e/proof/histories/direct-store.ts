import { RendercastError } from '@rendercast/protocol';
import type { Clock } from '../../../packages/server/src/clock.js';
import { createNewestProgress } from '../../../packages/server/src/stores/newest-progress.js';
import { createLeaseBook } from '../../../packages/server/src/stores/sqlite/lease-book.js';
import { openDatabase } from '../../../packages/server/src/stores/sqlite/open-database.js';
import { createReadVerbs } from '../../../packages/server/src/stores/sqlite/read-verbs.js';
import { createSlotBook } from '../../../packages/server/src/stores/sqlite/slot-book.js';
import { createReading, createWriting } from '../../../packages/server/src/stores/sqlite/sqlite-store.js';
import type { ThreadCalls } from '../../../packages/server/src/stores/sqlite/thread-calls.js';
import { createWriteVerbs } from '../../../packages/server/src/stores/sqlite/write-verbs.js';
import type { Store } from '../../../packages/server/src/stores/store.js';
import type { Turns } from './turns.js';

/** The store's own verbs on a database in memory, without its threads: as fast as SQLite, and the same every time. */
export function openDirectStore(clock: Clock): Store {
  const { connection, epoch } = openDatabase(':memory:');
  const writing = createWriteVerbs(connection);
  const reading = createReadVerbs(connection);

  function calls<V extends { [K in keyof V]: (input: never) => unknown }>(
    verbs: V,
    around: (run: () => unknown) => unknown,
  ): ThreadCalls<V> {
    return {
      ready: Promise.resolve(null),
      call: async (verb, input) => around(() => verbs[verb](input as never)) as never,
      close: async () => undefined,
    };
  }

  /** A write in a transaction of its own: what throws leaves nothing behind. */
  function inTransaction(run: () => unknown): unknown {
    connection.run('BEGIN');
    try {
      const value = run();
      connection.run('COMMIT');
      return value;
    } catch (thrown) {
      connection.run('ROLLBACK');
      throw thrown;
    }
  }

  const writer = calls(writing, inTransaction);
  const progress = createNewestProgress(
    (reports) => writer.call('saveProgress', reports),
    (delayMs, callback) => clock.after(delayMs, callback),
  );
  const parts = {
    epoch,
    writer,
    reader: calls(reading, (run) => run()),
    leases: createLeaseBook(() => clock.monotonic()),
    slots: createSlotBook(() => clock.monotonic()),
    progress,
  };
  return {
    epoch,
    ...createWriting(parts),
    ...createReading(parts),
    async close() {
      connection.close();
    },
  };
}

/** Whether the store was away when it was asked. */
export const isAway = (thrown: unknown): boolean =>
  thrown instanceof RendercastError && thrown.code === 'storage_unavailable';

/** What is asked of a store happens when it is drawn, and is answered when that is drawn; while `away` says so, it fails. */
export function inDrawnOrder(store: Store, turns: Turns, away: () => boolean): Store {
  const drawn =
    <A extends unknown[], R>(verb: (...input: A) => Promise<R>) =>
    (...input: A): Promise<R> =>
      new Promise((resolve, reject) =>
        turns.add(() => {
          if (away()) return reject(new RendercastError('storage_unavailable'));
          verb(...input).then(
            (value) => turns.add(() => resolve(value)),
            (thrown: unknown) => turns.add(() => reject(thrown)),
          );
        }),
      );
  return {
    ...store,
    create: drawn(store.create),
    append: drawn(store.append),
    claim: drawn(store.claim),
    renew: drawn(store.renew),
    expiredLeases: drawn(store.expiredLeases),
    overdue: drawn(store.overdue),
    find: drawn(store.find),
    facts: drawn(store.facts),
    feed: drawn(store.feed),
    list: drawn(store.list),
    heads: drawn(store.heads),
    waiting: drawn(store.waiting),
  };
}
