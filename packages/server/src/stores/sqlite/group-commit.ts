import type { Connection } from './connection.js';
import { type Answer, type Call, type CommitFigures, toFailure } from './thread-messages.js';

/** Calls that one transaction takes at most: bounds how long the first of them waits for the last. */
const MAX_GROUP = 512;

export interface GroupCommit {
  /** Takes calls into the next group. */
  take(calls: readonly Call[]): void;
  /** Commits whatever is waiting, at once. */
  flush(): void;
}

interface Parts {
  connection: Connection;
  run: (verb: string, input: unknown) => unknown;
  /** Takes the answers of a group; with figures, if it was synced to the disk. */
  answer: (answers: Answer[], commit?: CommitFigures) => void;
  /** Verbs whose group needs no sync when there are no others in it. */
  lazy: readonly string[];
}

/**
 * Commits calls in groups: one transaction and one fsync for all that arrived while the one before was on its way to
 * the disk, and no waiting otherwise. Each call has a savepoint of its own, so one that is refused or fails takes
 * nothing of its neighbours along; nobody is answered before the commit is on disk.
 *
 * When the commit itself fails, or the disk fails so that SQLite gives up the transaction, the whole group is refused
 * and nothing of it stays. Nothing is kept in memory between groups, so there is nothing to distrust but the write-
 * ahead log: what was refused must not come back from it after a crash, and pages that a failed fsync dropped must not
 * lie below later ones. So it is emptied into the database, and groups are refused as long as that fails.
 */
export function createGroupCommit({ connection, run, answer, lazy }: Parts): GroupCommit {
  let waiting: Call[] = [];
  let scheduled = false;
  let distrusted = false;

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    // After everything that has arrived on the port: immediates run when polling is done.
    setImmediate(() => {
      scheduled = false;
      next();
      if (waiting.length > 0) schedule();
    });
  }

  function next(): void {
    const group = waiting.slice(0, MAX_GROUP);
    waiting = waiting.slice(MAX_GROUP);
    if (group.length === 0) return;
    const startedMs = performance.now();
    const { answers, synced } = commit(group);
    if (synced) answer(answers, { calls: group.length, ms: performance.now() - startedMs });
    else answer(answers);
  }

  function commit(group: readonly Call[]): { answers: Answer[]; synced: boolean } {
    const synced = group.some((call) => !lazy.includes(call.verb));
    try {
      if (distrusted) renewLog();
      if (!synced) connection.exec('PRAGMA synchronous = NORMAL');
      connection.run('BEGIN IMMEDIATE');
      const answers = group.map(attempt);
      connection.run('COMMIT');
      return { answers, synced };
    } catch (thrown) {
      distrusted = true;
      rollBack();
      const failure = toFailure(thrown);
      return { answers: group.map(({ id }) => ({ id, ok: false, failure })), synced: false };
    } finally {
      if (!synced) connection.exec('PRAGMA synchronous = FULL');
    }
  }

  function attempt({ id, verb, input }: Call): Answer {
    connection.run('SAVEPOINT one');
    try {
      const value = run(verb, input);
      connection.run('RELEASE one');
      return { id, ok: true, value };
    } catch (thrown) {
      if (!connection.inTransaction) throw thrown; // a full disk: SQLite has rolled back everything
      connection.run('ROLLBACK TO one');
      connection.run('RELEASE one');
      return { id, ok: false, failure: toFailure(thrown) };
    }
  }

  function rollBack(): void {
    try {
      if (connection.inTransaction) connection.run('ROLLBACK');
      renewLog();
    } catch {
      // The transaction is gone either way; the next group finds out whether the disk is back.
    }
  }

  function renewLog(): void {
    connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    distrusted = false;
  }

  return {
    take(calls) {
      waiting = waiting.length === 0 ? [...calls] : [...waiting, ...calls];
      schedule();
    },
    flush() {
      while (waiting.length > 0) next();
    },
  };
}
