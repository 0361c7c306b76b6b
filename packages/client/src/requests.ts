import type { ListQuery, SubmitInput } from '@rendercast/protocol/commands';
import type { CallOptions } from './handle.js';

/** A picture to be made. */
export type ImageSubmit = Extract<SubmitInput, { kind: 'image' }>;
/** A song to be made. */
export type MusicSubmit = Extract<SubmitInput, { kind: 'music' }>;

/** How a submission goes beside what is asked for. */
export interface SubmitFields {
  /** The caller's own id for the job, unique per owner: the same request again finds the same job. */
  id?: string | undefined;
  /** Default: `auto`, the first that can. */
  engine?: string | undefined;
  /** -100 to 100, higher runs first. Default 0. */
  priority?: number | undefined;
  tags?: string[] | undefined;
  /** Longest wait in the queue, in milliseconds. Default: the server's. */
  queueTimeoutMs?: number | undefined;
}

/** How a call submits. */
export interface SubmitOptions extends CallOptions {
  /** Names the request, so that asked twice it is done once. Default: drawn for each call, kept over its retries. */
  idempotencyKey?: string | undefined;
}

/** What a picture is made with (`steps`, `width`, `seed` …), and how it is submitted. */
export type GenerateOptions = Omit<ImageSubmit['request'], 'prompt'> & SubmitFields;
/** What a song is made with (`lengthMs`, `format` …), and how it is submitted. */
export type ComposeOptions = Omit<MusicSubmit['request'], 'plan' | 'prompt'> & SubmitFields;
/** A composition plan: the arrangement of a song. */
export type CompositionPlanInput = NonNullable<MusicSubmit['request']['plan']>;

/** Which jobs a list shows. */
export type ListOptions = Partial<ListQuery>;

/** The submission of a picture. */
export function imageSubmit(prompt: string, options: GenerateOptions & SubmitOptions): ImageSubmit {
  const { fields, request } = divide(options);
  return { kind: 'image', request: { ...request, prompt }, ...fields };
}

/** The submission of a song, from a plan or from words. */
export function musicSubmit(plan: CompositionPlanInput | string, options: ComposeOptions & SubmitOptions): MusicSubmit {
  const { fields, request } = divide(options);
  return { kind: 'music', request: { ...request, [typeof plan === 'string' ? 'prompt' : 'plan']: plan }, ...fields };
}

/** Takes apart what is asked for and how it is submitted; what concerns the call alone stays out of both. */
function divide<T extends SubmitFields & SubmitOptions>(options: T) {
  const { signal: _signal, idempotencyKey: _key, id, engine, priority, tags, queueTimeoutMs, ...request } = options;
  return { fields: { id, engine, priority, tags, queueTimeoutMs }, request };
}
