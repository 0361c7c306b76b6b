import type { Clock } from '../../clock.js';
import type { Logger } from '../../logger.js';
import type { Capabilities, Engine } from '../engine.js';
import { createCanceller } from './canceller.js';
import { createHttpCaller } from './http-call.js';
import type { ComfyOptions } from './options.js';
import { createPostGate } from './post-gate.js';
import { runPrompt } from './prompt-run.js';
import { createServerApi } from './server-api.js';
import { createFactsKeeper, type ServerFacts } from './server-facts.js';
import { unavailable } from './verdicts.js';
import { readWorkflows, type Workflow } from './workflow-files.js';

export interface ComfyuiOptions {
  /** Name of the backend. */
  backend: string;
  /** Jobs at once; null: 1, for the server runs one prompt at a time. */
  slots: number | null;
  /** Whether others use the server too. */
  shared: boolean;
  options: ComfyOptions;
  clock: Clock;
  logger: Logger;
}

export const NAME = 'comfyui';

/** How long cancels may go on when the engine is closed. */
const CLOSE_MS = 2_000;

/**
 * Drives one ComfyUI server. Prompts carry an id of our own, so that they are found again after a restart of either side;
 * queue and history are the truth, the socket is an extra.
 *
 * @throws RendercastError `invalid_field` for a workflow whose mapping does not fit it
 */
export function createComfyui({ backend, slots, shared, options, clock, logger }: ComfyuiOptions): Engine {
  const workflows = readWorkflows(options.workflows);
  const caller = createHttpCaller(new URL(options.url), options.headers);
  const patience = { smallMs: options.answerMs, promptMs: options.answerMs, fileMs: options.fileMs };
  const api = createServerApi(caller, patience);
  const facts = createFactsKeeper(api, workflows, clock);
  const closing = new AbortController();
  const gate = createPostGate();
  const canceller = createCanceller({
    ...{ api, gate, clock, logger, closing: closing.signal },
    interruptsByName: () => facts.known()?.interruptsByName ?? false,
    isOursAlone: !shared && (slots ?? 1) === 1,
    ...{ pollMs: options.pollMs, unknownMs: options.unknownMs, goneAfterMs: options.goneAfterMs },
  });
  const parts = { api, facts, workflows, canceller, gate, options, shared, clock, logger, closing: closing.signal };
  const running = new Set<Promise<void>>();

  return {
    name: NAME,
    backend,
    async capabilities(): Promise<Capabilities> {
      try {
        const waiting = await api.queueLength(closing.signal);
        const message = shared || waiting <= running.size + (slots ?? 1) ? null : FOREIGN;
        return describe(await facts.get(closing.signal), workflows, options, slots ?? 1, message);
      } catch (thrown) {
        facts.forget();
        const words = closing.signal.aborted ? 'It is closed.' : unavailable(thrown).message;
        return { ...describe(null, workflows, options, slots ?? 1, words), health: 'down' };
      }
    },
    async run(work, context) {
      const signal = AbortSignal.any([context.signal, closing.signal]);
      const run = runPrompt(parts, work, { ...context, signal });
      running.add(run);
      try {
        await run;
      } finally {
        running.delete(run);
      }
    },
    async close() {
      await canceller.settle(CLOSE_MS);
      closing.abort(new Error('the engine is closing'));
      await Promise.allSettled(running);
      await caller.close();
    },
  };
}

const FOREIGN = 'Others use this server too; set "shared" so that their work is never touched.';
const FEATURES = ['negativePrompt', 'guidance', 'sampler', 'steps', 'seed', 'count', 'init', 'mask', 'previews'];

function describe(
  facts: ServerFacts | null,
  workflows: ReadonlyMap<string, Workflow>,
  options: Pick<ComfyOptions, 'checkpoint'>,
  slots: number,
  message: string | null,
): Capabilities {
  const usable = [...workflows.values()].filter(({ name }) => facts?.faults.has(name) !== true);
  const lacks = facts === null ? null : lackOf(facts, usable.length, options);
  const makesSongs = usable.some(({ kind }) => kind === 'music');
  return {
    kinds: makesSongs ? ['image', 'music'] : ['image'],
    models: [
      ...(facts?.checkpoints ?? []).map((id) => ({ id, title: id.replace(/\.[a-z]+$/, '') })),
      ...usable.map(({ name, title }) => ({ id: name, title })),
    ],
    features: (facts?.controlNets.length ?? 0) > 0 ? [...FEATURES, 'control'] : FEATURES,
    slots,
    health: 'up',
    message: message ?? lacks,
    ...(lacks === null ? {} : { lacks }),
  };
}

/** A workflow that cannot run, or no model for what is built in. */
function lackOf(
  { checkpoints, faults }: ServerFacts,
  usable: number,
  { checkpoint }: Pick<ComfyOptions, 'checkpoint'>,
): string | null {
  const [fault] = faults.values();
  if (fault !== undefined) return fault;
  if (checkpoint !== null && !checkpoints.includes(checkpoint))
    return `The server does not have the checkpoint "${checkpoint}" that is configured for it.`;
  return checkpoints.length === 0 && usable === 0 ? 'The server has no checkpoint.' : null;
}
