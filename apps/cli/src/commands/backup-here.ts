import type * as server from '@rendercast/server';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.js';
import { CommandError, describeFailure } from '../failure.js';
import { createOutput, type Output } from '../output.js';
import { tell } from '../run-command.js';
import { printable } from '../terminal/printable.js';

/** Options of commands that work on this machine's data. */
export interface HereOptions {
  dataDir?: string;
  json?: boolean;
}

/** Adds `--data-dir` and `--json`. */
export function withHereOptions(command: Command): Command {
  return command
    .option('--data-dir <folder>', 'data directory of the server (RENDERCAST_DATA_DIR; else where "serve" keeps it)')
    .option('--json', 'results as JSON lines on standard output', false);
}

/** The part of the server that commands on this machine's data use; it takes its time to load. */
type House = typeof server;

/** What such a command works with. */
export interface Here {
  house: House;
  dataDir: string;
  output: Output;
  /** Aborts at the first Ctrl-C: nothing half is left behind. */
  signal: AbortSignal;
}

const IN_A_DATABASE =
  'RENDERCAST_DATABASE_URL is set, so the jobs are in PostgreSQL and the files beside it: back them up by their own ' +
  'means, as docs/many-machines.md tells. For a data directory of this machine take the setting away.';

/** Runs a command on this machine's data: says what went wrong, sets the exit code. */
export async function runHere(options: HereOptions, command: (here: Here) => Promise<number>): Promise<void> {
  const output = createOutput(options.json === true, process.stdout, process.stderr);
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort(new CommandError('Stopped; nothing was left behind.', EXIT.interrupted));
  process.once('SIGINT', stop);
  try {
    const house = await import('@rendercast/server');
    const { dataDir, databaseUrl } = house.loadConfig(
      options.dataDir === undefined ? {} : { dataDir: options.dataDir },
    );
    if (databaseUrl !== undefined) throw new CommandError(IN_A_DATABASE, EXIT.usage);
    process.exitCode = await command({ house, dataDir, output, signal: interrupted.signal });
  } catch (error) {
    const failure = describeFailure(isSystemError(error) ? inWords(error) : error, null);
    tell(failure, output);
    process.exitCode = failure.exitCode;
  } finally {
    process.off('SIGINT', stop);
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  ENOSPC: 'there is no room left',
  EDQUOT: 'there is no room left',
  EROFS: 'it can only be read',
  ENOENT: 'it is not there',
};

/** A refusal of the system, for people. */
function inWords(error: NodeJS.ErrnoException): CommandError {
  const why = WORDS[error.code ?? ''] ?? error.code ?? 'for reasons unknown';
  const where = error.path === undefined ? 'The disk' : printable(error.path);
  return new CommandError(`${where} cannot be read or written: ${why}.`, EXIT.failed, { cause: error });
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** `12.3 MB`. */
export function formatBytes(bytes: number): string {
  const step = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return `${step === 0 ? value : value.toFixed(1)} ${UNITS[step] ?? ''}`;
}
