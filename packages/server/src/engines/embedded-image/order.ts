import type { ImageRequest, Input, Job, Json } from '@rendercast/protocol';
import { EngineError } from '../engine.js';

/** Everything a painter needs to know, with all defaults filled in. Sent to the thread. */
export interface Order {
  prompt: string;
  negativePrompt: string;
  style: string;
  width: number;
  height: number;
  steps: number;
  refinerSteps: number;
  guidance: number;
  /** Seed of the first picture; each further one has the next. */
  seed: number;
  count: number;
  format: 'png' | 'webp' | 'jpeg';
  /** The picture to start from; the file as it was uploaded. */
  init: { bytes: Uint8Array; strength: number } | null;
  /** The inputs as they were asked for: the file says where it started from. */
  inputs: readonly Input[];
  /** Options of the request that this engine has no use for. */
  ignored: string[];
}

/** The only model, and the name it is asked for by. */
export const MODEL = { id: 'painter', title: 'Painter: strokes from coarse to fine, no download' } as const;

/**
 * Pixels per side: a picture of 2048 × 2048 takes a thread up to 220 MB and three to eight seconds of processor time; beyond
 * that a painter without a GPU is the wrong choice.
 */
export const MAX_SIDE = 2048;

const DEFAULTS = { side: 512, steps: 30, guidance: 7, strength: 0.75 } as const;

/** Turns a job into an order. Throws `unsupported_request` for what this engine cannot do. */
export async function createOrder(
  job: Job,
  input: (artifactId: string) => Promise<{ bytes: Uint8Array }>,
): Promise<Order> {
  if (job.kind !== 'image') throw refuse('This engine makes pictures only.');
  const request: ImageRequest = job.request as ImageRequest;
  const width = request.width ?? DEFAULTS.side;
  const height = request.height ?? DEFAULTS.side;
  if (Math.max(width, height) > MAX_SIDE) throw refuse(`This engine paints up to ${MAX_SIDE} pixels per side.`);
  if (request.model !== undefined && request.model !== MODEL.id)
    throw refuse(`This engine has one model: ${MODEL.id}.`);
  const steps = request.steps ?? DEFAULTS.steps;
  return {
    prompt: request.prompt,
    negativePrompt: request.negativePrompt ?? '',
    style: request.style ?? '',
    width,
    height,
    steps,
    refinerSteps: request.refinerSteps ?? Math.max(1, Math.round(steps / 3)),
    guidance: request.guidance ?? DEFAULTS.guidance,
    seed: job.seed,
    count: request.count ?? 1,
    format: request.format ?? 'png',
    init: await readInit(request, input),
    inputs: request.inputs ?? [],
    ignored: request.sampler === undefined ? [] : ['sampler'],
  };
}

async function readInit(
  { inputs = [] }: ImageRequest,
  input: (artifactId: string) => Promise<{ bytes: Uint8Array }>,
): Promise<Order['init']> {
  const [first, ...others] = inputs;
  if (first === undefined) return null;
  if (others.length > 0 || first.role !== 'init')
    throw refuse('This engine takes one input, to start from (role init).');
  const { bytes } = await input(first.artifactId);
  return { bytes, strength: first.strength ?? DEFAULTS.strength };
}

/** How many base steps are done: a picture to start from needs fewer, at least one. */
export function baseSteps({ steps, init }: Order): number {
  return init === null ? steps : Math.max(1, Math.round(steps * init.strength));
}

/** Steps of the whole job: both stages of all pictures. */
export function totalSteps(order: Order): number {
  return order.count * (baseSteps(order) + order.refinerSteps);
}

/** The request that makes one picture of the order again, with every default filled in. */
export function requestOf(order: Order, seed: number): ImageRequest {
  return {
    prompt: order.prompt,
    ...(order.negativePrompt === '' ? {} : { negativePrompt: order.negativePrompt }),
    width: order.width,
    height: order.height,
    steps: order.steps,
    refinerSteps: order.refinerSteps,
    guidance: order.guidance,
    seed,
    model: MODEL.id,
    ...(order.style === '' ? {} : { style: order.style }),
    ...(order.inputs.length === 0 ? {} : { inputs: [...order.inputs] }),
    format: order.format,
  };
}

/** The order as `parameters` of an output: what was really used. */
export function parametersOf(order: Order, seed: number, understood: Record<string, Json>): Record<string, Json> {
  return {
    model: MODEL.id,
    prompt: order.prompt,
    negativePrompt: order.negativePrompt,
    width: order.width,
    height: order.height,
    steps: baseSteps(order),
    refinerSteps: order.refinerSteps,
    guidance: order.guidance,
    seed,
    ...(order.style === '' ? {} : { style: order.style }),
    ...(order.init === null ? {} : { strength: order.init.strength }),
    understood,
    ...(order.ignored.length === 0 ? {} : { ignored: order.ignored }),
  };
}

function refuse(message: string): EngineError {
  return new EngineError('unsupported_request', message, { retryable: false });
}
