/** Primary result codes of SQLite that we act on (https://sqlite.org/rescode.html). */
const BUSY = 5;
const NOMEM = 7;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

const STORAGE_CODES = new Set([BUSY, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB]);

/**
 * @photostructure/sqlite 1.2.1 leaves `errcode` out of what `all()` throws; SQLite's own words (`sqlite3_errstr`)
 * tell.
 */
const CODES_BY_WORDS = new Map([
  ['database is locked', BUSY],
  ['out of memory', NOMEM],
  ['attempt to write a readonly database', READONLY],
  ['disk I/O error', IOERR],
  ['database disk image is malformed', CORRUPT],
  ['database or disk is full', FULL],
  ['unable to open database file', CANTOPEN],
  ['file is not a database', NOTADB],
]);

/** The primary result code of an error that SQLite threw; null for any other error. */
function sqliteCode(thrown: unknown): number | null {
  if (!(thrown instanceof Error)) return null;
  if ('errcode' in thrown && typeof thrown.errcode === 'number') return thrown.errcode & 0xff;
  return CODES_BY_WORDS.get(thrown.message) ?? null;
}

/** Whether the disk (or the file on it) failed us, and not the statement. */
export function isStorageFailure(thrown: unknown): boolean {
  const code = sqliteCode(thrown);
  return code !== null && STORAGE_CODES.has(code);
}

/** Whether another connection holds the lock. */
export function isBusy(thrown: unknown): boolean {
  return sqliteCode(thrown) === BUSY;
}

/** Whether the file is no database, or a broken one. */
export function isDamage(thrown: unknown): boolean {
  const code = sqliteCode(thrown);
  return code === CORRUPT || code === NOTADB;
}
