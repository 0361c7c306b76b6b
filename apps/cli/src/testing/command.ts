import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/rendercast.js', import.meta.url));

/** A command that runs as a process of its own. */
export interface RunningCommand {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves with the exit code (or the signal) once all it wrote was read. */
  ended: Promise<number | string>;
}

export interface CommandOptions {
  cwd: string;
  env?: Record<string, string>;
  /** Text for its standard input, which is closed after it. */
  input?: string;
}

/** The environment of tests: what the machine has, without settings of the person who runs them. */
function cleanEnv(extra: Record<string, string> = {}): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^(RENDERCAST_|PORT$|TERM|COLORTERM|NO_COLOR|FORCE_COLOR|TMUX|STY|KITTY|KONSOLE|LC_TERMINAL|VITEST)/.test(name),
  );
  return { ...(Object.fromEntries(inherited) as Record<string, string>), ...extra };
}

/** Starts `rendercast` without a terminal. */
export function startCommand(args: readonly string[], { cwd, env, input }: CommandOptions): RunningCommand {
  const child = spawn(process.execPath, [program, ...args], { cwd, env: cleanEnv(env), stdio: 'pipe' });
  child.stdin.end(input ?? '');
  return collect(child);
}

/**
 * Starts `rendercast` on a terminal of its own, of 100 by 40 cells, made by script(1). What is written to `child.stdin`
 * is typed.
 */
export function startOnTerminal(args: readonly string[], { cwd, env }: Omit<CommandOptions, 'input'>): RunningCommand {
  const words = [process.execPath, program, ...args].map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`);
  const line = `stty cols 100 rows 40; exec ${words.join(' ')}`;
  const child = spawn('script', ['-qefc', line, '/dev/null'], {
    cwd,
    env: cleanEnv({ TERM: 'xterm-256color', LANG: 'C.UTF-8', SHELL: '/bin/sh', ...env }),
    stdio: 'pipe',
  });
  return collect(child);
}

/** Starts a verb of the repository's own package.json. */
export function startNpm(args: readonly string[]): RunningCommand {
  const cwd = fileURLToPath(new URL('../../../..', import.meta.url));
  return collect(spawn('npm', args, { cwd, env: cleanEnv(), stdio: 'pipe' }));
}

const running = new Set<ChildProcess>();

/** Ends what a failed test left behind, but for the server that all share. */
export function stopCommands(keep: RunningCommand): void {
  for (const child of running) if (child !== keep.child) child.kill('SIGKILL');
}

function collect(child: ChildProcess): RunningCommand {
  running.add(child);
  child.once('close', () => running.delete(child));
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin?.on('error', () => undefined); // it may have ended before it read everything
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}
