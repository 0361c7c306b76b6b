import type { CompositionPlan, MusicRequest } from '@rendercast/protocol';
import { EngineError, type Work } from '../engine.js';
import { FORMATS, type Format } from './encode/encoder.js';
import { DEFAULT_LENGTH_MS, planFromPrompt } from './plan/plan-from-prompt.js';

/** The only model, and the name it is asked for by. */
export const MODEL = { id: 'composer', title: 'Rendercast composer' } as const;

/** What is to be made. */
export interface SongOrder {
  plan: CompositionPlan;
  seed: number;
  format: Format;
}

const refuse = (message: string) => new EngineError('unsupported_request', message, { retryable: false });

/** Turns a job into an order for a song, or refuses what cannot be done: other kinds, models and formats. */
export function orderOf({ job }: Work): SongOrder {
  if (job.kind !== 'music') throw refuse('This engine makes music only.');
  const request = job.request as MusicRequest;
  if (request.model !== undefined && request.model !== MODEL.id)
    throw refuse(`This engine has one model: ${MODEL.id}.`);
  const format = request.format ?? 'mp3';
  if (!isFormat(format))
    throw refuse(`This engine writes ${Object.keys(FORMATS).join(', ')}; ${format} is not among them.`);
  return { plan: planOf(request, job.seed), seed: job.seed, format };
}

const isFormat = (format: string): format is Format => Object.hasOwn(FORMATS, format);

/** The plan that is asked for, or one made from the prompt. A prompt beside a plan adds its words to the styles. */
function planOf(request: MusicRequest, seed: number): CompositionPlan {
  const prompt = (request.prompt ?? '').trim();
  if (request.plan === undefined) return planFromPrompt(prompt, request.lengthMs ?? DEFAULT_LENGTH_MS, seed);
  if (prompt === '') return request.plan;
  const made = planFromPrompt(prompt, request.lengthMs ?? DEFAULT_LENGTH_MS, seed);
  return {
    ...request.plan,
    ...(request.plan.title === undefined && made.title !== undefined ? { title: made.title } : {}),
    positiveStyles: [...request.plan.positiveStyles, ...made.positiveStyles].slice(0, 50),
    negativeStyles: [...request.plan.negativeStyles, ...made.negativeStyles].slice(0, 50),
  };
}
