import type { Job } from '@rendercast/client';
import { imageRequest } from '../job/requests.js';
import type { ImageDraft } from './draft.js';
import { stylesIn } from './styles.js';

/** Parameters as files and jobs carry them; anything may be missing or of another shape. */
export type Parameters = Readonly<Record<string, unknown>>;

/** Fields whose text or number goes into the form as it is. */
const PLAIN = [
  'prompt',
  'negativePrompt',
  'model',
  'sampler',
  'width',
  'height',
  'steps',
  'refinerSteps',
  'guidance',
] as const;

/** The form with the parameters of a finished picture: the same again is one press away, seed and all. */
export function withParameters(draft: ImageDraft, parameters: Parameters): ImageDraft {
  const taken: Partial<Record<keyof ImageDraft, unknown>> = {};
  for (const name of PLAIN) {
    const value = parameters[name];
    if (typeof value === 'string' || typeof value === 'number') taken[name] = String(value);
  }
  // Files of other programs have one text for both.
  const { seed, style, strength, engine } = parameters;
  if (typeof seed === 'number' || (typeof seed === 'string' && seed !== '')) {
    taken.seed = String(seed);
    taken.seedLocked = true;
  }
  taken.styles = typeof style === 'string' ? stylesIn(style) : [];
  if (typeof strength === 'number') taken.strength = String(strength);
  if (typeof engine === 'string') taken.engine = engine;
  if (taken.negativePrompt === undefined) taken.negativePrompt = '';
  return { ...draft, ...(taken as Partial<ImageDraft>) };
}

/** The form with the parameters of a job: what was asked for, and the seed that was drawn. */
export function withJob(draft: ImageDraft, job: Job, slot = 0): ImageDraft {
  const { extra: _extra, inputs, ...request } = imageRequest(job);
  const used = job.outputs.find((output) => output.slot === slot)?.artifact.parameters ?? {};
  const [start] = inputs ?? [];
  const seed = typeof used['seed'] === 'number' ? used['seed'] : job.seed;
  const taken = withParameters(draft, { ...request, seed, engine: job.engine });
  return {
    ...taken,
    count: slot === 0 ? String(request.count ?? 1) : '1',
    model: request.model ?? '',
    sampler: request.sampler ?? '',
    ...(request.format === undefined ? {} : { format: request.format }),
    start: start === undefined ? null : { artifactId: start.artifactId, name: 'the picture of that job' },
    strength: start?.strength === undefined ? draft.strength : String(start.strength),
  };
}
