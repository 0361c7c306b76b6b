import type { ExitCode } from '../exit-codes.js';

/** What one look found. */
export interface Finding {
  /** What was looked at. */
  name: string;
  ok: boolean;
  /** What was found, in plain words. */
  message: string;
  /** What to do about it; null when there is nothing to do. */
  advice: string | null;
  /** How the command ends because of it. */
  exitCode: ExitCode;
}
