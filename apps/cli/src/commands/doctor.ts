import { type EngineInfo, RendercastError } from '@rendercast/client';
import type { Command } from 'commander';
import { type ServerOptions, serverKey, withServerOptions } from '../connection.js';
import type { Finding } from '../doctor/finding.js';
import { checkBackend, checkDataFolder, checkNode, checkPort, checkStudio } from '../doctor/look-here.js';
import { checkEngine, checkKey, checkServer, whoAnswers } from '../doctor/look-there.js';
import { EXIT } from '../exit-codes.js';
import { describeFailure } from '../failure.js';
import { type CommandContext, runCommand } from '../run-command.js';
import { findStudio } from './studio-folder.js';

/** `rendercast doctor`: what is right and wrong here and at the server. */
export function addDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .summary('find out what is wrong')
    .description(
      'Look at everything that a server here and the way to one need, and say what to do about what is missing.',
    );
  withServerOptions(command);
  command.action((options: ServerOptions) => runCommand(options, (context) => examine(context, options)));
}

async function examine(context: CommandContext, options: ServerOptions): Promise<number> {
  const { output, terminal } = context;
  let exitCode: number = EXIT.ok;
  for await (const finding of findings(context, options)) {
    const { ok, name, message, advice } = finding;
    output.record({ type: 'finding', ...finding });
    const mark = ok ? terminal.paint.green('ok  ') : terminal.paint.red('FAIL');
    output.result(`${mark}  ${name}: ${message}${advice === null ? '' : `\n      ${advice}`}`);
    if (exitCode === EXIT.ok) exitCode = finding.exitCode;
  }
  output.result(exitCode === EXIT.ok ? 'All is well.' : 'Something needs attention; see above.');
  return exitCode;
}

async function* findings({ client, url, env }: CommandContext, options: ServerOptions): AsyncGenerator<Finding> {
  yield checkNode(process.version);
  yield checkStudio(findStudio());
  const presence = await whoAnswers(url, AbortSignal.timeout(10_000));
  yield* configFindings(url, env, presence.is === 'rendercast');
  yield checkServer(url, presence);
  if (presence.is !== 'rendercast') return;
  const engines = await client.engines().catch((error: unknown) => error);
  const hasKey = serverKey(options.apiKey, env) !== undefined;
  yield checkKey(engines instanceof RendercastError ? engines.code : null, hasKey);
  if (Array.isArray(engines)) for (const engine of engines as EngineInfo[]) yield checkEngine(engine);
}

/** What a server started here and now would find. */
async function* configFindings(url: URL, env: NodeJS.ProcessEnv, answered: boolean): AsyncGenerator<Finding> {
  try {
    const { examineBackends, loadConfig } = await import('@rendercast/server'); // takes its time: only where it is needed
    const { backends, dataDir, host, port } = loadConfig({}, env);
    yield await checkDataFolder(dataDir);
    const ours = answered && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname) && portOf(url) === port;
    yield await checkPort(host, port, ours);
    for await (const finding of examineBackends({ backends })) yield checkBackend(finding);
  } catch (error) {
    const { message, exitCode } = describeFailure(error, url);
    yield { name: 'configuration', ok: false, message, advice: 'Change the setting that is named.', exitCode };
  }
}

const portOf = (url: URL) => Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
