import type { ExitCode } from './exit-codes.js';

/** An error of the command itself, with the words for its user. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode, options?: { cause: unknown }) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
