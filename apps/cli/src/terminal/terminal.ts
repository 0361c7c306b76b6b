import { createColors } from 'picocolors';

type Env = Readonly<Record<string, string | undefined>>;

/** Colours; each gives the text back as it is where there are none. */
export interface Paint {
  dim(text: string): string;
  bold(text: string): string;
  green(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

/** What is known of the terminal that the live picture is drawn on. */
export interface Terminal {
  /** Whether stderr is a terminal that understands cursor movements. */
  live: boolean;
  /** Whether a question can be asked: stdin is a terminal too. */
  canAsk: boolean;
  /** Block characters can be shown. */
  unicode: boolean;
  paint: Paint;
  /** Cells, as they are now. */
  size(): { columns: number; rows: number };
}

/** The live picture goes to stderr: results on stdout can be piped on. */
export function createTerminal(env: Env, stdin: NodeJS.ReadStream, stderr: NodeJS.WriteStream): Terminal {
  const live = stderr.isTTY === true && env['TERM'] !== 'dumb';
  const coloured = env['FORCE_COLOR'] !== undefined || (live && (env['NO_COLOR'] ?? '') === '');
  return {
    live,
    canAsk: live && stdin.isTTY === true,
    unicode: showsUnicode(env),
    paint: createColors(coloured),
    size: () => ({ columns: stderr.columns ?? 80, rows: stderr.rows ?? 24 }),
  };
}

/** Every terminal of today does, but for the Linux console and those who ask for the C locale. */
export function showsUnicode(env: Env): boolean {
  if (env['TERM'] === 'linux') return false;
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((name) => name !== undefined && name !== '');
  return locale === undefined || !/^(C|POSIX)$/.test(locale);
}
