import { type Command, Option } from 'commander';
import { EXIT } from '../exit-codes.js';
import { CommandError } from '../failure.js';
import { numbered, type OutTarget } from '../files/out-names.js';
import { checkWritable, parseOut } from '../files/write-whole.js';
import { PICTURE_MODES, type PictureMode } from '../pictures/detect.js';

/** Options about where results go. */
export interface OutOptions {
  out?: string;
  force?: boolean;
  json?: boolean;
}

/** Options about pictures in the terminal; `--no-preview` gives false. */
export interface PreviewOptions {
  preview: PictureMode | false;
}

/** Adds `--out` and `--force`. */
export function withOut(command: Command, what: string): Command {
  return command
    .option('-o, --out <file>', `where to write ${what}; a folder, or - for standard output`)
    .option('-f, --force', 'replace files that exist; without it they are kept and the command refuses');
}

/** Adds `--preview` and `--no-preview`. */
export function withPreview(command: Command): Command {
  return command
    .addOption(new Option('--preview <how>', 'show pictures in the terminal').choices(PICTURE_MODES).default('auto'))
    .option('--no-preview', 'show none');
}

/** The mode that the options ask for. */
export function pictureMode({ preview }: PreviewOptions): PictureMode {
  return preview === false ? 'none' : preview;
}

/**
 * Where results go, checked before any work is done.
 *
 * @param count how many results there will be; null: not known yet
 * @throws CommandError when they could not be written there
 */
export async function resultTarget(
  { out, force = false, json = false }: OutOptions,
  count: number | null,
): Promise<OutTarget> {
  const target = await parseOut(out);
  if (target.to === 'stdout') {
    if (json) throw new CommandError('--json and --out - both want standard output; use one of them.', EXIT.usage);
    if ((count ?? 1) > 1)
      throw new CommandError('--out - takes one result; use --count 1, or name a file.', EXIT.usage);
    if (process.stdout.isTTY)
      throw new CommandError('--out - would fill the terminal with bytes; pipe it on.', EXIT.usage);
  } else if (target.to === 'folder') {
    await checkWritable({ folder: target.path }, force);
  } else {
    const many = Array.from({ length: count ?? 1 }, (_, index) => numbered(target.path, index + 1));
    await checkWritable({ files: (count ?? 1) > 1 ? many : [target.path] }, force);
  }
  return target;
}
