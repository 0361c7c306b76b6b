import { DatabaseSync, type StatementSyncInstance } from '@photostructure/sqlite';

/** What SQLite keeps. */
export type Value = string | number | null;

/** One open database file, with every statement prepared once: preparing anew each time grows memory. */
export interface Connection {
  get<Row>(sql: string, ...values: Value[]): Row | undefined;
  all<Row>(sql: string, ...values: Value[]): Row[];
  /** Runs one statement; answers how many rows it changed and the number of the last one inserted. */
  run(sql: string, ...values: Value[]): { changes: number; lastInsertRowid: number };
  /** Runs statements without values, unprepared. */
  exec(sql: string): void;
  /** Whether a transaction is open; a full disk may end one from under us. */
  readonly inTransaction: boolean;
  close(): void;
}

/** Opens a database file. `busyMs`: how long to wait for a lock of another connection. */
export function openConnection(file: string, options: { readOnly: boolean; busyMs: number }): Connection {
  const database = new DatabaseSync(file, {
    readOnly: options.readOnly,
    timeout: options.busyMs,
    enableForeignKeyConstraints: true,
  });
  const prepared = new Map<string, StatementSyncInstance>();

  function statement(sql: string): StatementSyncInstance {
    let known = prepared.get(sql);
    if (known === undefined) {
      known = database.prepare(sql);
      prepared.set(sql, known);
    }
    return known;
  }

  return {
    get: <Row>(sql: string, ...values: Value[]) => statement(sql).get(...values) as Row | undefined,
    all: <Row>(sql: string, ...values: Value[]) => statement(sql).all(...values) as Row[],
    run(sql, ...values) {
      const { changes, lastInsertRowid } = statement(sql).run(...values);
      return { changes, lastInsertRowid: Number(lastInsertRowid) };
    },
    exec: (sql) => database.exec(sql),
    get inTransaction() {
      return database.isTransaction;
    },
    close: () => database.close(),
  };
}

/** Reads in one transaction: everything `read` sees is of the same moment. */
export function atOneMoment<T>(connection: Connection, read: () => T): T {
  connection.run('BEGIN');
  try {
    return read();
  } finally {
    if (connection.inTransaction) connection.run('COMMIT');
  }
}
