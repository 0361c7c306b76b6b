import { sleep } from '../../clock.js';
import type { BackendOrder } from '../backend-maker.js';
import { type Capabilities, type Engine, type EngineContext, EngineError, type Work } from '../engine.js';
import { createHttpLine, LineError } from './http-line.js';
import { createIdleGate, type IdleGate } from './idle-gate.js';
import type { SdapiOptions } from './options.js';
import { createPlaces } from './places.js';
import { probe, type ServerTraits } from './probe.js';
import { modelNamed } from './request-body.js';
import { runJob } from './run-job.js';
import { AnswerError, createServerCalls } from './server-calls.js';

/** Name of the engine: the family is named after the path that its servers have in common. */
export const SDAPI = 'sdapi';

/** A server that was found, and when its lists were read. */
interface Found {
  traits: ServerTraits;
  gate: IdleGate;
  atMs: number;
}

/** Lists of models and samplers are read anew after so long. */
const LISTS_MS = 60_000;
/** What is wound down at the server has so long when the engine closes. */
const CLOSE_MS = 1_000;

/** An engine over one server of the family: SD.Next, A1111, Forge or stable-diffusion.cpp. */
export function createSdapi(order: BackendOrder<SdapiOptions>): Engine {
  const { backend, options, clock, shared } = order;
  const logger = order.logger.child({ backend });
  const slots = order.slots ?? 1;
  const ours = !shared && slots === 1;
  const line = createHttpLine({
    ...{ url: options.url, user: options.user, password: options.password, clock },
    maxAnswerBytes: options.maxAnswerMiB * 1_048_576,
  });
  const calls = createServerCalls(line, options.answerMs);
  const places = createPlaces(slots);
  const stopping = new AbortController();
  const closing = new AbortController();
  const open = new Set<Promise<unknown>>();
  let found: Found | null = null;
  // What a server left behind is remembered also while it is not to be found.
  let gated: { title: string; gate: IdleGate } | null = null;
  let busy = 0;
  // Until the server was seen idle, it may be at work that this house sent before it was restarted.
  let fresh = ours;

  async function find(signal: AbortSignal): Promise<Found> {
    if (found !== null && clock.monotonic() - found.atMs < LISTS_MS) return found;
    const traits = await probe(calls, signal);
    if (gated?.title !== traits.title) {
      logger.info({ server: traits.title }, 'a server was found');
      gated = { title: traits.title, gate: createIdleGate({ calls, traits, options, clock }) };
    }
    found = { traits, gate: gated.gate, atMs: clock.monotonic() };
    return found;
  }

  async function perform(work: Work, context: EngineContext): Promise<void> {
    const release = await places.take(context.signal);
    const ends: Promise<void>[] = [];
    busy += 1;
    try {
      const { traits, gate } = await find(context.signal).catch((thrown: unknown) => {
        context.signal.throwIfAborted();
        throw new EngineError('engine_unavailable', wordsOf(thrown), { retryable: true, counted: false });
      });
      const parts = { calls, traits, gate, options, clock, logger, ours, closing: closing.signal };
      await runJob(parts, work, context, (free) => void ends.push(free));
      fresh = false;
    } catch (thrown) {
      if (thrown instanceof EngineError && thrown.code === 'engine_unavailable') found = null;
      throw thrown;
    } finally {
      const free = Promise.allSettled(ends).then(() => {
        busy -= 1;
        release();
      });
      context.busyUntil(keep(free));
    }
  }

  /** Remembered until it has settled, so that closing can wait for it. */
  function keep<T>(promise: Promise<T>): Promise<T> {
    open.add(promise);
    const forget = () => void open.delete(promise);
    promise.then(forget, forget);
    return promise;
  }

  async function capabilities(): Promise<Capabilities> {
    try {
      const isKnown = found !== null && busy > 0;
      const { traits, gate } = isKnown && found !== null ? found : await find(closing.signal);
      // While a job runs, its own watching tells how the server is; each look costs it a preview.
      const isIdle = busy > 0 ? true : await gate.look(closing.signal);
      if (isIdle !== false) fresh = false;
      const lacks = lackOf(traits, options);
      const message = fresh ? 'Busy with work from before a restart.' : (lacks ?? `${traits.title}.`);
      const lists = capabilitiesOf(traits, options);
      return { ...lists, slots: fresh ? 0 : slots, health: 'up', message, ...(lacks === null ? {} : { lacks }) };
    } catch (thrown) {
      found = null;
      return { kinds: ['image'], models: [], features: [], slots, health: 'down', message: wordsOf(thrown) };
    }
  }

  return {
    name: SDAPI,
    backend,
    capabilities,
    run(work, context) {
      const signal = AbortSignal.any([context.signal, stopping.signal]);
      return keep(perform(work, { ...context, signal }));
    },
    async close() {
      stopping.abort(new Error('the engine is closing'));
      const patience = new AbortController();
      const late = sleep(clock, CLOSE_MS, patience.signal).catch(() => undefined);
      const ended = async () => {
        while (open.size > 0) await Promise.allSettled(open);
      };
      await Promise.race([ended(), late]);
      patience.abort();
      closing.abort(new Error('the engine is closed'));
      line.close();
      await ended();
    },
  };
}

function capabilitiesOf(
  traits: ServerTraits,
  options: SdapiOptions,
): Pick<Capabilities, 'kinds' | 'models' | 'features'> {
  const { models, samplers, tells, countsParts, controls } = traits;
  return {
    kinds: ['image'],
    models: models.map(({ model_name: id, title }) => ({ id, title })),
    features: [
      ...['negativePrompt', 'guidance', 'steps', 'seed', 'count', 'sampler', 'init', 'mask'],
      ...(tells === 'nothing' ? [] : ['previews', 'hires']),
      ...(countsParts || options.refiner !== undefined ? ['refiner'] : []),
      ...(controls === null ? [] : ['control']),
      ...samplers.map((name) => `sampler:${name}`),
    ],
  };
}

/** Whether there is a model for jobs that name none, and for those that name one. */
function lackOf({ models, tells }: ServerTraits, { model }: SdapiOptions): string | null {
  // stable-diffusion.cpp runs with the one that it was started with, and need not list it.
  if (tells === 'nothing' && models.length === 0) return null;
  if (models.length === 0) return 'The server has no model.';
  return model === undefined || modelNamed(model, models) !== undefined
    ? null
    : `The server does not have the model "${model}" that is configured for it.`;
}

/** Why a server cannot be used, in words that name no address. */
function wordsOf(thrown: unknown): string {
  if (thrown instanceof AnswerError && (thrown.status === 401 || thrown.status === 403)) {
    return 'The server refuses the user and password of its configuration.';
  }
  if (thrown instanceof LineError) return 'The server does not answer.';
  return 'The server answers, but not as a server of this family.';
}
