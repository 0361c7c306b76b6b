import { openAsBlob } from 'node:fs';
import { basename, extname } from 'node:path';
import type { Client } from '@rendercast/client';
import { type Command, Option } from 'commander';
import { type ServerOptions, withServerOptions } from '../connection.js';
import { EXIT } from '../exit-codes.js';
import { CommandError } from '../failure.js';
import { imageFormatOf } from '../files/out-names.js';
import { decimal, size, wholeNumber } from '../requests/parse-option.js';
import { type ImageFormat, type ImageOptions, imageSubmission } from '../requests/submission.js';
import { runCommand } from '../run-command.js';
import {
  type OutOptions,
  type PreviewOptions,
  pictureMode,
  resultTarget,
  withOut,
  withPreview,
} from './result-options.js';
import { checkDetach, submitAndRun } from './submit-and-run.js';
import { withJobOptions } from './submit-options.js';

type Options = ServerOptions &
  ImageOptions &
  OutOptions &
  PreviewOptions & { input?: string; format?: ImageFormat; detach?: boolean };

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
};

/** `rendercast generate`: a picture from words. */
export function addGenerate(program: Command): void {
  const command = program
    .command('generate')
    .summary('make pictures from words')
    .description(
      'Make pictures from words, and watch them come into being.\n\n' +
        'Without --out the file is written to this folder, named after the job. Several pictures become fox-1.png, fox-2.png …',
    )
    .argument('<prompt...>', 'what the picture shows')
    .option('--steps <number>', 'steps of the base stage', wholeNumber)
    .option('--refiner-steps <number>', 'steps of the refiner stage; 0 leaves it out', wholeNumber)
    .option('--size <WxH>', 'width and height in pixels, like 768x512', size)
    .option('--width <pixels>', 'width alone', wholeNumber)
    .option('--height <pixels>', 'height alone', wholeNumber)
    .option('--guidance <number>', 'how strictly the picture follows the prompt', decimal)
    .option('--negative <words>', 'what it should not show')
    .option('--count <number>', 'number of pictures', wholeNumber)
    .option('--sampler <name>', 'sampler of the engine')
    .option('--style <words>', 'style, for engines that know styles')
    .option('--input <file>', 'picture to start from')
    .option('--strength <0-1>', 'how far to leave it: 0 keeps it, 1 ignores it', decimal)
    .addOption(
      new Option('--format <format>', 'file format (default: what --out ends in)').choices(['png', 'webp', 'jpeg']),
    );
  withServerOptions(withPreview(withOut(withJobOptions(command), 'the picture')));
  command.action((words: string[], options: Options) => generate(words.join(' '), options));
}

function generate(prompt: string, options: Options): Promise<void> {
  return runCommand(options, async (context) => {
    checkDetach(options);
    const target = await resultTarget(options, options.count ?? 1);
    const format = options.format ?? imageFormatOf(target);
    // What is wrong with the options is said before a file is sent.
    imageSubmission(prompt, options, { inputId: options.input });
    const inputId = options.input === undefined ? undefined : await uploadInput(context.client, options.input);
    return submitAndRun(context, imageSubmission(prompt, options, { format, inputId }), {
      target,
      replace: options.force === true,
      pictures: pictureMode(options),
      detach: options.detach === true,
    });
  });
}

async function uploadInput(client: Client, path: string): Promise<string> {
  const mediaType = MEDIA_TYPES[extname(path).toLowerCase()];
  if (mediaType === undefined) {
    throw new CommandError(`--input ${path}: only ${Object.keys(MEDIA_TYPES).join(', ')} can be sent.`, EXIT.usage);
  }
  const file = await openFile(path, mediaType);
  return (await client.upload(file, { name: basename(path), mediaType })).id;
}

async function openFile(path: string, mediaType: string): Promise<Blob> {
  try {
    return await openAsBlob(path, { type: mediaType });
  } catch (error) {
    throw new CommandError(`--input ${path} cannot be read.`, EXIT.usage, { cause: error });
  }
}
