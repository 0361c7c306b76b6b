import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import { type ServerOptions, withServerOptions } from '../connection.js';
import { EXIT } from '../exit-codes.js';
import { CommandError } from '../failure.js';
import { musicFormatOf } from '../files/out-names.js';
import { duration } from '../requests/parse-option.js';
import { type MusicFormat, type MusicOptions, musicSubmission, parsePlan } from '../requests/submission.js';
import { runCommand } from '../run-command.js';
import { type OutOptions, resultTarget, withOut } from './result-options.js';
import { checkDetach, submitAndRun } from './submit-and-run.js';
import { withJobOptions } from './submit-options.js';

type Options = ServerOptions & MusicOptions & OutOptions & { format?: MusicFormat; detach?: boolean };

const EXAMPLE = `
A plan is JSON: sections are played in order, each as long as it says.
  {
    "positiveStyles": ["calm", "piano"],
    "sections": [
      { "name": "intro", "durationMs": 4000 },
      { "name": "verse", "durationMs": 8000, "lines": ["a red fox under a yellow moon"] }
    ]
  }`;

/** `rendercast compose`: a song from a plan or from words. */
export function addCompose(program: Command): void {
  const command = program
    .command('compose')
    .summary('make a song from a plan or from words')
    .description('Make a song from a composition plan, or from words.')
    .argument('[plan]', 'file of the plan, or - for standard input')
    .option('--prompt <words>', 'what the song is like, instead of a plan')
    .option('--length <time>', 'how long it is, with --prompt: 90s, 1:30 or 2m', duration)
    .addOption(
      new Option('--format <format>', 'file format (default: what --out ends in)').choices([
        'mp3',
        'wav',
        'flac',
        'ogg',
      ]),
    )
    .addHelpText('after', EXAMPLE);
  withServerOptions(withOut(withJobOptions(command), 'the song'));
  command.action((plan: string | undefined, options: Options) => compose(plan, options));
}

function compose(planFile: string | undefined, options: Options): Promise<void> {
  return runCommand(options, async (context) => {
    checkDetach(options);
    const target = await resultTarget(options, 1);
    const plan = planFile === undefined ? undefined : await readPlan(planFile);
    const input = musicSubmission(plan, options, options.format ?? musicFormatOf(target));
    return submitAndRun(context, input, {
      target,
      replace: options.force === true,
      pictures: 'none',
      detach: options.detach === true,
    });
  });
}

async function readPlan(file: string): Promise<unknown> {
  if (file === '-') return parsePlan(await text(process.stdin), 'standard input');
  const content = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CommandError(`${file} cannot be read.`, EXIT.usage, { cause: error });
  });
  return parsePlan(content, file);
}
