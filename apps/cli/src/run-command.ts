import type { Client } from '@rendercast/client';
import { connect, type ServerOptions, serverKey, serverUrl } from './connection.js';
import { describeFailure, type Failure } from './failure.js';
import { createOutput, type Output } from './output.js';
import { createTerminal, type Terminal } from './terminal/terminal.js';

/** What a command works with. */
export interface CommandContext {
  client: Client;
  url: URL;
  output: Output;
  terminal: Terminal;
  /** The environment: read here, handed on to whoever needs it. */
  env: NodeJS.ProcessEnv;
}

/** Runs a command against a server: makes what it works with, says what went wrong, sets the exit code. */
export async function runCommand(
  options: ServerOptions,
  command: (context: CommandContext) => Promise<number>,
): Promise<void> {
  const output = createOutput(options.json === true, process.stdout, process.stderr);
  const { env } = process;
  let url: URL | null = null;
  let client: Client | null = null;
  try {
    url = serverUrl(options.url, env);
    client = connect(url, serverKey(options.apiKey, env));
    const terminal = createTerminal(env, process.stdin, process.stderr);
    process.exitCode = await command({ client, url, output, terminal, env });
  } catch (error) {
    const failure = describeFailure(error, url);
    tell(failure, output);
    process.exitCode = failure.exitCode;
  } finally {
    client?.close();
  }
}

/** Says what went wrong: to people on stderr, to programs as the last JSON line too. */
export function tell({ code, message, advice, exitCode }: Failure, output: Output): void {
  output.record({ type: 'error', code, message, advice, exitCode });
  output.note(`rendercast: ${message}`);
  if (advice !== null) output.note(advice);
}
