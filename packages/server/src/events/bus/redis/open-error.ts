import { certificateFault } from '../../../certificate-fault.js';

/**
 * Why Redis cannot be used as it is set up; waiting does not help.
 * `bad_credentials`: it knows no such user or password · `too_old`: older than 6.2 · `not_permitted`: its user lacks
 * rights that the bus needs · `bad_address`: the address cannot be read · `bad_prefix`: the prefix cannot be used · `in_use`:
 * another house uses the prefix · `untrusted`: its certificate cannot be trusted
 */
export type BusOpenFailure =
  | 'bad_credentials'
  | 'too_old'
  | 'not_permitted'
  | 'bad_address'
  | 'bad_prefix'
  | 'in_use'
  | 'untrusted';

/** Redis cannot be used; the message says what to do about it and holds no secret. Told to the operator, never to clients. */
export class BusOpenError extends Error {
  override readonly name = 'BusOpenError';
  readonly reason: BusOpenFailure;

  constructor(reason: BusOpenFailure, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** What an error of the client means: a fault of the set-up, or null for a fault that may pass. */
export function setUpFault(error: unknown, server: string): BusOpenError | null {
  const untrusted = certificateFault(error, `Redis at ${server}`);
  if (untrusted !== null) return new BusOpenError('untrusted', untrusted);
  const text = error instanceof Error ? error.message : '';
  if (/^(?:WRONGPASS|NOAUTH)|invalid password|AUTH.*called without any password/i.test(text))
    return new BusOpenError(
      'bad_credentials',
      `Redis at ${server} refused the user name or password; put the right ones into the address (redis://user:…@host)`,
    );
  const denied = /^NOPERM (.{0,200})/s.exec(text)?.[1];
  if (denied !== undefined)
    return new BusOpenError(
      'not_permitted',
      `Redis at ${server} denies its user what the bus needs (${denied.trim()}); the user needs +@all on the bus's own names: ~<prefix>* and &<prefix>*`,
    );
  return null;
}
