import type { SubmitInput } from '@rendercast/client';
import { EXIT } from '../exit-codes.js';
import { CommandError } from '../failure.js';
import { withoutAbsent } from './without-absent.js';

/** Options that both kinds of job have. */
export interface JobOptions {
  seed?: number;
  model?: string;
  engine?: string;
  priority?: number;
  tag?: string[];
  id?: string;
}

/** Options of `generate`, as they were written. */
export interface ImageOptions extends JobOptions {
  steps?: number;
  refinerSteps?: number;
  width?: number;
  height?: number;
  size?: { width: number; height: number };
  guidance?: number;
  negative?: string;
  count?: number;
  sampler?: string;
  style?: string;
  strength?: number;
}

/** Options of `compose`, as they were written. */
export interface MusicOptions extends JobOptions {
  prompt?: string;
  /** In milliseconds. */
  length?: number;
}

export type ImageFormat = 'png' | 'webp' | 'jpeg';
export type MusicFormat = 'mp3' | 'wav' | 'flac' | 'ogg';

/** What `generate` asks the server for. Options that were not given are left to the engine. */
export function imageSubmission(
  prompt: string,
  options: ImageOptions,
  more: { format?: ImageFormat | undefined; inputId?: string | undefined } = {},
): SubmitInput {
  if (options.strength !== undefined && more.inputId === undefined) {
    throw new CommandError('--strength says how far to leave the picture of --input; name one.', EXIT.usage);
  }
  if (options.size !== undefined && (options.width !== undefined || options.height !== undefined)) {
    throw new CommandError('--size and --width or --height say the same thing; use one of them.', EXIT.usage);
  }
  const input =
    more.inputId === undefined
      ? undefined
      : [withoutAbsent({ artifactId: more.inputId, role: 'init' as const, strength: options.strength })];
  return {
    kind: 'image',
    request: withoutAbsent({
      prompt,
      negativePrompt: options.negative,
      width: options.size?.width ?? options.width,
      height: options.size?.height ?? options.height,
      steps: options.steps,
      refinerSteps: options.refinerSteps,
      guidance: options.guidance,
      seed: options.seed,
      count: options.count,
      model: options.model,
      sampler: options.sampler,
      style: options.style,
      inputs: input,
      format: more.format,
    }),
    ...common(options),
  };
}

/** What `compose` asks for: a plan (parsed JSON, checked by the server) or a prompt. */
export function musicSubmission(plan: unknown, options: MusicOptions, format?: MusicFormat): SubmitInput {
  if (plan === undefined && options.prompt === undefined) {
    throw new CommandError(
      'Nothing to compose: name a plan (a file, or - for standard input) or --prompt.',
      EXIT.usage,
    );
  }
  if (plan !== undefined && options.length !== undefined) {
    throw new CommandError('--length goes with --prompt; the sections of a plan say how long they are.', EXIT.usage);
  }
  const request = withoutAbsent({
    plan,
    prompt: options.prompt,
    lengthMs: options.length,
    seed: options.seed,
    model: options.model,
    format,
  });
  // The plan is the user's own file: the server checks it and names the field that is wrong.
  return { kind: 'music', request: request as Extract<SubmitInput, { kind: 'music' }>['request'], ...common(options) };
}

function common({ engine, priority, tag, id }: JobOptions) {
  return withoutAbsent({ engine, priority, tags: tag, id });
}

/** Reads a plan's text. */
export function parsePlan(text: string, name: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${name} is not JSON: ${why}`, EXIT.usage);
  }
}
