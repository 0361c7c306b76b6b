import { RendercastError } from '@rendercast/client';
import { EXIT, type ExitCode, exitCodeOfError } from './exit-codes.js';
import { formatLeft } from './progress/duration.js';
import { printable } from './terminal/printable.js';

/** An error of the command itself, with the words for its user. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode, options?: { cause: unknown }) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** A failure for people and programs. */
export interface Failure {
  exitCode: ExitCode;
  /** A code of the protocol's table, `usage`, or `failed`. */
  code: string;
  message: string;
  /** What to do; null when the message says all. */
  advice: string | null;
}

/** How to get a server. */
export const START_ADVICE =
  'Start one with "npm start" in the clone, or "rendercast serve"; one elsewhere is named by --url or RENDERCAST_URL.';

/** Puts anything that was thrown into words. */
export function describeFailure(thrown: unknown, url: URL | null): Failure {
  if (thrown instanceof CommandError) {
    const code = thrown.exitCode === EXIT.usage ? 'usage' : 'failed';
    return { exitCode: thrown.exitCode, code, message: thrown.message, advice: null };
  }
  if (thrown instanceof RendercastError) return describeAnswer(thrown, url);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { exitCode: EXIT.failed, code: 'failed', message: printable(message), advice: null };
}

function describeAnswer(error: RendercastError, url: URL | null): Failure {
  const { code } = error;
  const exitCode = exitCodeOfError(code);
  const where = url === null ? '' : ` at ${url.href}`;
  const words = printable(error.message);
  if (code === 'unreachable') {
    // The SDK's words tell a proxy's page from silence; silence needs the address more.
    const message = words.includes('answered') ? `${words} (${url?.href ?? ''})` : `No server answers${where}`;
    return { exitCode, code, message, advice: START_ADVICE };
  }
  const field = error.field === undefined ? '' : `${printable(error.field)}: `;
  return { exitCode, code, message: `${field}${words}`, advice: adviceFor(error) };
}

function adviceFor({ code, retryAfterMs }: RendercastError): string | null {
  if (code === 'unauthorized') return 'Give a key with --api-key or RENDERCAST_API_KEY.';
  if (retryAfterMs !== undefined) return `Try again in ${formatLeft(retryAfterMs).replace(/ left$/, '')}.`;
  return null;
}
