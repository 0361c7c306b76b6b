import type { ListQuery, SubmitInput } from '@rendercast/protocol/commands';

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

/** What a picture is made with (`steps`, `width`, `seed` …), and how it is submitted. */
export type GenerateOptions = Omit<ImageSubmit['request'], 'prompt'> & SubmitFields;
/** What a song is made with (`lengthMs`, `format` …), and how it is submitted. */
export type ComposeOptions = Omit<MusicSubmit['request'], 'plan' | 'prompt'> & SubmitFields;
/** A composition plan: the arrangement of a song. */
export type CompositionPlanInput = NonNullable<MusicSubmit['request']['plan']>;

/** Which jobs a list shows. */
export type ListOptions = Partial<ListQuery>;

/** The submission of a picture. */
export function imageSubmit(prompt: string, options: GenerateOptions): ImageSubmit {
  const { fields, request } = divide(options);
  return { kind: 'image', request: { ...request, prompt }, ...fields };
}

/** The submission of a song, from a plan or from words. */
export function musicSubmit(plan: CompositionPlanInput | string, options: ComposeOptions): MusicSubmit {
  const { fields, request } = divide(options);
  const wish = typeof plan === 'string' ? { prompt: plan } : { plan };
  return { kind: 'music', request: { ...request, ...wish }, ...fields };
}

function divide<T extends SubmitFields>(options: T): { fields: SubmitFields; request: Omit<T, keyof SubmitFields> } {
  const { id, engine, priority, tags, queueTimeoutMs, ...request } = options;
  return { fields: { id, engine, priority, tags, queueTimeoutMs }, request };
}
