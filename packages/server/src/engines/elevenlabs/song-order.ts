import type { Job, Json, MusicRequest } from '@rendercast/protocol';
import { EXTRA_PATH, type Extra, extraOf } from './extra.js';
import { isModel, MODELS, type Model } from './models.js';
import type { Options } from './options.js';
import { bytesPerSecond } from './output-format.js';
import { checkTotal, fault, unsupported } from './plan-fault.js';
import { checkPlanV1, lengthOfV1, toPlanV1 } from './plan-v1.js';
import { checkPlanV2, lengthOfV2, toPlanV2 } from './plan-v2.js';

/** A call that makes a song, checked against everything that the service is known to refuse. */
export interface SongOrder {
  model: Model;
  /** Path of the route, with its query. */
  path: string;
  body: Record<string, unknown>;
  /** Length that was asked for, in milliseconds; null: the model decides. */
  lengthMs: number | null;
  /** Bytes that a song of that length has; null where the length is not known. */
  expectedBytes: number | null;
  /** The seed that is sent; null: the service takes none with a prompt. */
  seed: number | null;
}

/** Seeds of the service are signed 32-bit numbers without the sign. */
const SEEDS = 2_147_483_648;

/** Turns a job into the call that makes it, or refuses what the service could not do, before anything is paid. */
export function songOrderOf(job: Job, options: Options): SongOrder {
  if (job.kind !== 'music') throw unsupported('This engine makes music only.');
  const request = job.request as MusicRequest;
  if (request.format !== undefined && request.format !== 'mp3')
    throw unsupported(`This engine writes mp3; ${request.format} is not among its formats.`);
  const model = request.model ?? options.model;
  if (!isModel(model)) throw unsupported(`This engine has the models ${MODELS.join(', ')}; not ${model}.`);
  const extra = extraOf(request);
  const stream = extra.stream ?? options.stream;
  const wish = wishOf(request, extra, model);
  const withPlan = 'composition_plan' in wish.body;
  checkExtra(extra, { model, stream, withPlan });
  const { composition_plan: _plan, stream: _stream, ...flags } = extra;
  const seed = withPlan ? job.seed % SEEDS : null;
  const perSecond = bytesPerSecond(options.outputFormat, model);
  return {
    model,
    path: `/v1/music/${stream ? 'stream' : 'detailed'}?output_format=${options.outputFormat}`,
    body: { ...wish.body, ...(seed === null ? {} : { seed }), ...flags, model_id: model },
    lengthMs: wish.lengthMs,
    expectedBytes: wish.lengthMs === null ? null : Math.round((wish.lengthMs * perSecond) / 1000),
    seed,
  };
}

interface Wish {
  body: { prompt: string; music_length_ms?: number } | { composition_plan: unknown };
  lengthMs: number | null;
}

/** The service takes a prompt or a plan, never both: a prompt beside a plan of its own kind is only its title. */
function wishOf(request: MusicRequest, extra: Extra, model: Model): Wish {
  const prompt = (request.prompt ?? '').trim();
  if (extra.composition_plan !== undefined) {
    if (request.plan !== undefined) throw fault(EXTRA_PATH, 'there is a plan in the request already');
    return planned(extra.composition_plan, model, { where: `${EXTRA_PATH}.composition_plan`, houseNames: false });
  }
  if (request.plan !== undefined) {
    if (prompt !== '') throw unsupported('ElevenLabs takes a prompt or a plan, not both.');
    const plan = model === 'music_v1' ? toPlanV1(request.plan) : toPlanV2(request.plan);
    return planned(plan, model, { where: 'plan', houseNames: true });
  }
  const { lengthMs } = request;
  if (lengthMs === undefined) return { body: { prompt }, lengthMs: null };
  checkTotal('lengthMs', lengthMs);
  return { body: { prompt, music_length_ms: lengthMs }, lengthMs };
}

function planned(given: unknown, model: Model, at: { where: string; houseNames: boolean }): Wish {
  const isChunks = typeof given === 'object' && given !== null && 'chunks' in given;
  if (isChunks !== (model !== 'music_v1'))
    throw fault(at.where, `${model} takes plans of ${model === 'music_v1' ? 'sections' : 'chunks'}`);
  if (model === 'music_v1') {
    const plan = checkPlanV1(given, at);
    return { body: { composition_plan: plan }, lengthMs: lengthOfV1(plan) };
  }
  const plan = checkPlanV2(given, at);
  return { body: { composition_plan: plan }, lengthMs: lengthOfV2(plan) };
}

function checkExtra(extra: Extra, order: { model: Model; stream: boolean; withPlan: boolean }): void {
  const refuse = (field: keyof Extra, why: string): never => {
    throw fault(`${EXTRA_PATH}.${field}`, why);
  };
  if (extra.force_instrumental !== undefined && order.withPlan) refuse('force_instrumental', 'goes with a prompt only');
  if (extra.respect_sections_durations !== undefined && (order.model !== 'music_v1' || !order.withPlan))
    refuse('respect_sections_durations', 'goes with a plan of music_v1 only');
  for (const field of ['respect_sections_durations', 'sign_with_c2pa', 'with_timestamps'] as const)
    if (extra[field] !== undefined && order.stream) refuse(field, 'is not known to the streaming route');
}

/** What the song was asked for with, for its artifact. */
export function describeOrder({ model, path, body, lengthMs, seed }: SongOrder): Record<string, Json> {
  const format = new URLSearchParams(path.split('?')[1]).get('output_format');
  return {
    engine: 'elevenlabs',
    model,
    outputFormat: format,
    ...(seed === null ? {} : { seed }),
    ...(lengthMs === null ? {} : { lengthMs }),
    ...('prompt' in body ? { prompt: String(body['prompt']) } : { plan: body['composition_plan'] as Json }),
  };
}
