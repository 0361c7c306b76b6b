import { createRequire } from 'node:module';
import { Command } from 'commander';
import { addBackup } from './commands/backup.js';
import { addCancel } from './commands/cancel.js';
import { addCompose } from './commands/compose.js';
import { addDoctor } from './commands/doctor.js';
import { addEngines } from './commands/engines.js';
import { addGenerate } from './commands/generate.js';
import { addInspect } from './commands/inspect.js';
import { addJobs } from './commands/jobs.js';
import { addRestore } from './commands/restore.js';
import { addWatch } from './commands/watch.js';
import { EXIT_HELP } from './exit-codes.js';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/**
 * The whole command line. Errors in it are thrown as `CommanderError`, after they were said.
 *
 * The server is loaded only where its name is mentioned: it takes four times as long to load as the rest.
 */
export async function createProgram(args: readonly string[]): Promise<Command> {
  const addServe = args.includes('serve') ? (await import('./commands/serve.js')).addServe : announceServe;
  const program = new Command('rendercast')
    .description('Make pictures and songs, and watch every step live.')
    .version(version)
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('(rendercast --help says more)')
    .addHelpText(
      'after',
      `
Environment:
  RENDERCAST_URL      address of the server (http://localhost:8000)
  RENDERCAST_API_KEY  key, where the server wants one

${EXIT_HELP}`,
    );
  const here = [addInspect, addServe, addDoctor, addBackup, addRestore];
  for (const add of [addGenerate, addCompose, addWatch, addJobs, addCancel, addEngines, ...here]) add(program);
  return program;
}

/** The line in the list of commands. */
function announceServe(program: Command): void {
  program.command('serve').summary('run the server');
}
