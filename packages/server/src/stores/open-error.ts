/**
 * Why a store could not be opened.
 * `in_use`: another server or cluster holds it · `newer`: written by a newer version of this program ·
 * `damaged`: it is no sound database · `foreign`: it is a database of some other program ·
 * `unreachable`: nobody answers at the address · `credentials`: user or password are not taken ·
 * `rights`: the user may not do what is needed · `too_old`: the database server is older than what is needed ·
 * `untrusted`: its certificate cannot be trusted.
 */
export type OpenFailure =
  | 'in_use'
  | 'newer'
  | 'damaged'
  | 'foreign'
  | 'unreachable'
  | 'credentials'
  | 'rights'
  | 'too_old'
  | 'untrusted';

/** The store cannot be used; the message says what to do about it. Told to the operator, never to clients. */
export class StoreOpenError extends Error {
  override readonly name = 'StoreOpenError';
  readonly reason: OpenFailure;

  constructor(reason: OpenFailure, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}
