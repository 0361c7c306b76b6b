import { readFile, stat } from 'node:fs/promises';
import { type Inspection, inspectFile } from '@rendercast/client/inspect';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.js';
import { CommandError, describeFailure } from '../failure.js';
import { createOutput, type Output } from '../output.js';
import { describeRecipe } from '../requests/describe-recipe.js';
import { tell } from '../run-command.js';

interface Options {
  json?: boolean;
  plan?: boolean;
}

/** Larger files are none that an engine makes, and would be read into memory whole. */
const MOST_BYTES = 512 * 1024 * 1024;

/** `rendercast inspect`: how files were made, as they say themselves. Needs no server. */
export function addInspect(program: Command): void {
  program
    .command('inspect')
    .summary('read out of a file how it was made')
    .description(
      'Read out of pictures and songs how they were made: prompt, seed and everything else, and the command that makes them ' +
        'again. Understands what Rendercast writes into its files, and the text of AUTOMATIC1111 and others in pictures.',
    )
    .argument('<file...>', 'pictures or songs')
    .option('--json', 'results as JSON lines on standard output', false)
    .option('--plan', 'only the plan of a song, as "rendercast compose -" reads it', false)
    .action((files: string[], options: Options) => inspect(files, options));
}

async function inspect(files: readonly string[], options: Options): Promise<void> {
  const output = createOutput(options.json === true, process.stdout, process.stderr);
  try {
    let exitCode: number = EXIT.ok;
    for (const file of files) {
      const inspection = await inspectFile(await read(file));
      if (options.plan === true) showPlan(file, inspection, output);
      else show(file, inspection, files.length > 1, output);
      if (inspection.recipe === null) exitCode = EXIT.failed;
    }
    process.exitCode = exitCode;
  } catch (error) {
    const failure = describeFailure(error, null);
    tell(failure, output);
    process.exitCode = failure.exitCode;
  }
}

async function read(file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file);
    if (size <= MOST_BYTES) return await readFile(file);
  } catch (error) {
    throw new CommandError(`${file} cannot be read.`, EXIT.usage, { cause: error });
  }
  throw new CommandError(`${file} is larger than any picture or song that is made here.`, EXIT.usage);
}

function show(file: string, { format, recipe, text }: Inspection, several: boolean, output: Output): void {
  output.record({ type: 'inspection', file, format, recipe, text });
  if (recipe === null) {
    output.note(`${file}: ${format === null ? 'not a kind of file that says' : 'does not say'} how it was made.`);
    return;
  }
  output.result(
    [...(several ? [`${file}:`] : []), ...describeRecipe(recipe, file), ...(several ? [''] : [])].join('\n'),
  );
}

function showPlan(file: string, { recipe }: Inspection, output: Output): void {
  if (recipe?.kind !== 'music' || recipe.request.plan === undefined)
    throw new CommandError(`${file} holds no plan of a song.`, EXIT.failed);
  output.record({ type: 'plan', file, plan: recipe.request.plan });
  output.result(JSON.stringify(recipe.request.plan, null, 2));
}
