import {
  type Config,
  createLogger,
  envName,
  flagName,
  loadConfig,
  type RunningServer,
  SETTINGS,
  type SettingName,
  startServer,
  VERSION,
} from '@rendercast/server';
import { type Command, Option } from 'commander';
import { EXIT } from '../exit-codes.js';
import { formatDuration } from '../progress/duration.js';
import { findStudio } from './studio-folder.js';

type Flags = Partial<Record<SettingName, unknown>>;

/** How long a stopped server may take to let go of everything before the process ends all the same, in milliseconds. */
const LAST_WAIT_MS = 3_000;

/** `rendercast serve`: every setting of the server is a flag. */
export function addServe(program: Command): void {
  const command = program
    .command('serve')
    .summary('run the server')
    .description('Run the server in this process. Flags win over the environment, the environment over defaults.');
  for (const [name, setting] of Object.entries(SETTINGS)) command.addOption(optionOf(name, setting));
  command.action(serve);
}

function optionOf(name: string, { about, schema }: (typeof SETTINGS)[SettingName]): Option {
  const fallback = schema.safeParse(undefined).data;
  const isFlag = typeof fallback === 'boolean';
  const shown = isFlag ? (fallback ? 'yes' : 'no') : (fallback ?? '');
  const remark = shown === '' ? '' : ` (default: ${shown})`;
  return new Option(`${flagName(name)} ${isFlag ? '[yes|no]' : '<value>'}`, `${about} ${envName(name)}${remark}`);
}

async function serve(flags: Flags): Promise<void> {
  const config = readConfig(flags);
  if (config === null) return;
  // From here on: a signal that comes while the parts are opened is not lost.
  const stopped = firstSignal();
  let onFatal = (_why: string): void => undefined;
  const failed = new Promise<string>((resolve) => {
    onFatal = resolve;
  });
  let server: RunningServer;
  try {
    server = await startServer({ config, logger: createLogger(config.logLevel), studioDir: findStudio(), onFatal });
  } catch (error) {
    refuse(error, EXIT.failed);
    return;
  }
  greet(server, config);
  const why = await Promise.race([stopped.then(() => undefined), failed]);
  if (why === undefined) {
    console.error(`Stopping. Running jobs get ${formatDuration(config.drainMs)} to end; Ctrl-C again stops at once.`);
  } else {
    refuse(`${why}; this process ends, so that it is started anew`, EXIT.failed);
    setTimeout(() => process.exit(), LAST_WAIT_MS).unref();
  }
  await server.stop();
  setTimeout(() => process.exit(), LAST_WAIT_MS).unref();
}

function readConfig(flags: Flags): Config | null {
  try {
    return loadConfig(flags, process.env);
  } catch (error) {
    refuse(error, EXIT.usage);
    return null;
  }
}

function refuse(error: unknown, exitCode: number): void {
  console.error(`rendercast: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = exitCode;
}

/** Where it listens and where it keeps its data. On stderr: stdout is the log's. */
function greet({ urls, dataDir }: RunningServer, { host, role, databaseUrl }: Config): void {
  const port = new URL(urls[0] ?? 'http://localhost').port;
  const shown = host === 'localhost' ? [`http://localhost:${port}`] : urls;
  console.error(`Rendercast ${VERSION} listens on ${shown.join(' and ')}`);
  if (databaseUrl === undefined) console.error(`Its data is kept in ${dataDir}`);
  else console.error(`Its jobs are kept in PostgreSQL at ${new URL(databaseUrl).host}; its role is "${role}"`);
  if (findStudio() === null) console.error('The web page is not built: npm run build');
}

/** Resolves with the first SIGINT or SIGTERM; the second ends the process at once. */
function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    let signals = 0;
    const onSignal = (signal: NodeJS.Signals) => {
      signals += 1;
      if (signals > 1) process.exit(signal === 'SIGINT' ? 130 : 143);
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
