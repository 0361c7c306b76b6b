import type { CompositionPlan, MusicRequest } from '@rendercast/protocol';
import { EngineError, type Work } from '../engine.js';
import { FORMATS, type Format } from './encode/encoder.js';
import { planFromParts } from './plan/plan-from-parts.js';
import { planFromPrompt } from './plan/plan-from-prompt.js';

/** The only model, and the name it is asked for by. */
export const MODEL = { id: 'composer', title: 'Rendercast composer' } as const;

/** What is to be made. */
export interface SongOrder {
  plan: CompositionPlan;
  seed: number;
  format: Format;
  /** What was asked for: it is written into the file, so that the song can be made again. */
  request: MusicRequest;
}

const refuse = (message: string) => new EngineError('unsupported_request', message, { retryable: false });

/** Turns a job into an order for a song, or refuses what cannot be done: other kinds and models. */
export function orderOf({ job }: Work): SongOrder {
  if (job.kind !== 'music') throw refuse('This engine makes music only.');
  const request = job.request as MusicRequest;
  if (request.model !== undefined && request.model !== MODEL.id)
    throw refuse(`This engine has one model: ${MODEL.id}.`);
  const format = request.format ?? 'mp3';
  if (!isFormat(format))
    throw refuse(`This engine writes ${Object.keys(FORMATS).join(', ')}; ${String(format)} is not among them.`);
  return {
    plan: planOf(request, job.seed),
    seed: job.seed,
    format,
    request: { ...request, seed: job.seed, format },
  };
}

const isFormat = (format: string): format is Format => Object.hasOwn(FORMATS, format);

/**
 * The plan that is asked for, or one made from the prompt. A prompt beside a plan adds its words to the styles. A plan that
 * only other services write (of chunks, or in their spelling) is read from `extra.compositionPlan`.
 */
function planOf(request: MusicRequest, seed: number): CompositionPlan {
  const prompt = (request.prompt ?? '').trim();
  const plan = request.plan ?? foreignPlan(request);
  const lengthMs = request.lengthMs ?? null;
  if (plan === undefined) return planFromPrompt(prompt, lengthMs, seed);
  if (prompt === '') return plan;
  const made = planFromPrompt(prompt, lengthMs, seed);
  return {
    ...plan,
    ...(plan.title === undefined && made.title !== undefined ? { title: made.title } : {}),
    positiveStyles: [...plan.positiveStyles, ...made.positiveStyles].slice(0, 50),
    negativeStyles: [...plan.negativeStyles, ...made.negativeStyles].slice(0, 50),
  };
}

function foreignPlan({ extra }: MusicRequest): CompositionPlan | undefined {
  const given = extra?.['compositionPlan'] ?? extra?.['composition_plan'];
  if (given === undefined) return undefined;
  const read = planFromParts(given);
  if ('fault' in read) throw refuse(`extra.compositionPlan: ${read.fault}`);
  return read.plan;
}
