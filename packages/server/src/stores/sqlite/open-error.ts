/**
 * Why a data directory could not be opened.
 * `in_use`: another server holds it · `newer`: written by a newer version of this program ·
 * `damaged`: the file is no sound database · `foreign`: it is a database of some other program.
 */
export type OpenFailure = 'in_use' | 'newer' | 'damaged' | 'foreign';

/** The data directory cannot be used; the message says what to do about it. Told to the operator, never to clients. */
export class StoreOpenError extends Error {
  override readonly name = 'StoreOpenError';
  readonly reason: OpenFailure;

  constructor(reason: OpenFailure, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}
