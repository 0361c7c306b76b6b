import { randomUUID } from 'node:crypto';
import { type ImageRequest, RendercastError } from '@rendercast/protocol';
import { createBell } from '../../bell.js';
import type { Clock } from '../../clock.js';
import type { Logger } from '../../logger.js';
import { type EngineContext, EngineError, type Work } from '../engine.js';
import { awaitEnd } from './await-end.js';
import { bindGraph } from './bound-graph.js';
import { buildGraph, type ReadyGraph } from './built-in-graph.js';
import type { Arrival, Canceller } from './canceller.js';
import { findPrompt, outcomeOf, readGraph } from './find-prompt.js';
import { handIn } from './hand-in.js';
import type { ComfyOptions } from './options.js';
import type { PostGate } from './post-gate.js';
import { prepareInputs } from './prepared-inputs.js';
import { openPromptSocket } from './prompt-socket.js';
import { createPromptWatch } from './prompt-watch.js';
import { readSavedPrompt, type SavedPrompt } from './saved-prompt.js';
import { sendPrompt } from './send-prompt.js';
import type { ServerApi } from './server-api.js';
import type { FactsKeeper } from './server-facts.js';
import { stoppedByOthers, unavailable, verdictOfExecution } from './verdicts.js';
import { executionErrorSchema, type Graph, type HistoryEntry } from './wire.js';
import { chooseWorkflow } from './workflow-choice.js';
import type { Workflow } from './workflow-files.js';

/** What all runs at one server share. */
export interface RunParts {
  api: ServerApi;
  facts: FactsKeeper;
  workflows: ReadonlyMap<string, Workflow>;
  canceller: Canceller;
  gate: PostGate;
  options: ComfyOptions;
  shared: boolean;
  clock: Clock;
  logger: Logger;
  closing: AbortSignal;
}

/** A prompt under way. */
interface Errand {
  parts: RunParts;
  work: Work;
  context: EngineContext;
  saved: SavedPrompt;
  graph: Graph;
  /** How the sending of it came out; null: nothing has left the house. */
  arrival: Promise<Arrival> | null;
}

const ARRIVED: Promise<Arrival> = Promise.resolve('known');

/** Runs one job: adopts the prompt that an earlier attempt sent, or sends one and follows it to its end. */
export async function runPrompt(parts: RunParts, work: Work, context: EngineContext): Promise<void> {
  context.signal.throwIfAborted();
  const saved = readSavedPrompt(work.handle);
  const adopted = saved === null ? null : await adopt(parts, work, context, saved);
  if (adopted !== null && (await carryOut(adopted)) === 'done') return;
  await context.stage({ stage: 'preparing' });
  const order = { prefix: `rendercast/${randomUUID()}` };
  const ready = await prepare(parts, work, context, order.prefix).catch((thrown: unknown) => {
    context.signal.throwIfAborted();
    throw thrown instanceof EngineError || thrown instanceof RendercastError ? thrown : unavailable(thrown);
  });
  const fresh: SavedPrompt = {
    promptId: randomUUID(),
    clientId: randomUUID(),
    parameters: ready.parameters,
    outputs: ready.outputs === null ? null : [...ready.outputs],
  };
  await context.saveHandle(fresh);
  await carryOut({ parts, work, context, saved: fresh, graph: ready.graph, arrival: null });
}

/** Null: there is nothing of it to be had, and a new prompt has to be sent. */
async function adopt(parts: RunParts, work: Work, context: EngineContext, saved: SavedPrompt): Promise<Errand | null> {
  const errand = (graph: Graph | null): Errand => ({
    parts,
    work,
    context,
    saved,
    graph: graph ?? {},
    arrival: ARRIVED,
  });
  // Its first attempt may still be on its way to the server: it is given the time that a lost answer is given.
  const untilMs = parts.clock.monotonic() + parts.options.unknownMs;
  const bell = createBell(parts.clock);
  for (;;) {
    const found = await findPrompt(parts.api, saved.promptId, context.signal).catch((thrown: unknown) => {
      context.signal.throwIfAborted();
      throw unavailable(thrown);
    });
    if (found.state === 'ended') {
      return outcomeOf(found.entry).outcome === 'interrupted' ? null : errand(readGraph(found.entry.prompt?.[2]));
    }
    if (found.state !== 'absent') return errand(found.graph);
    if (parts.clock.monotonic() >= untilMs) return null;
    await bell.rung(Math.min(200, parts.options.unknownMs), context.signal);
  }
}

async function prepare(parts: RunParts, work: Work, context: EngineContext, prefix: string): Promise<ReadyGraph> {
  const { options, api } = parts;
  const { request, seed, kind } = work.job;
  const facts = await parts.facts.get(context.signal);
  const workflow = chooseWorkflow(parts.workflows, facts, kind, request);
  const prepared = kind === 'image' ? await prepareInputs(request as ImageRequest, options.size, context, api) : null;
  if (workflow !== null) return bindGraph({ workflow, request, seed, prepared, facts, options, prefix });
  if (prepared === null) {
    throw new EngineError('unsupported_request', 'This backend makes songs by workflows only; none was named.', {
      retryable: false,
    });
  }
  return buildGraph({ request: request as ImageRequest, seed, prepared, facts, options, prefix });
}

/** Sends what is not sent, follows it and hands in what came out. `again`: an adopted one was stopped before we came back. */
async function carryOut(errand: Errand): Promise<'done' | 'again'> {
  const { parts, context, saved, graph } = errand;
  const { clock, logger, options } = parts;
  const isAdopted = errand.arrival !== null;
  const bell = createBell(clock);
  const watch = createPromptWatch(graph, context, () => bell.ring());
  const socket = openPromptSocket(
    { url: new URL(options.url), headers: options.headers, clock, logger, ...saved },
    watch,
  );
  try {
    await context.stage({ stage: 'waiting' });
    if (!isAdopted) {
      await abortable(socket.opened, context.signal);
      await abortable(send(errand), context.signal);
    }
    const { api, promptId } = { api: parts.api, promptId: saved.promptId };
    const entry = await awaitEnd({ api, promptId, watch, socket, bell, options, clock, signal: context.signal });
    await watch.told();
    if (!(await succeeded(errand, entry, isAdopted))) return 'again';
    const nodes = saved.outputs;
    const parameters = watch.isCached() ? { ...saved.parameters, cached: true } : saved.parameters;
    const order = { api, context, clock, options, request: errand.work.job.request, nodes, pictures: watch.pictures };
    const name = errand.work.job.kind === 'image' ? 'picture' : 'song';
    await handIn({ ...order, name, parameters }, entry.outputs);
    context.progress({ fraction: 1 });
    return 'done';
  } catch (thrown) {
    if (context.signal.aborted) giveUp(errand);
    else await forgetFailed(errand, thrown);
    throw thrown;
  } finally {
    await socket.close();
  }
}

async function send(errand: Errand): Promise<void> {
  const { parts, saved, graph } = errand;
  const order = {
    prompt: graph,
    prompt_id: saved.promptId,
    client_id: saved.clientId,
    extra_data: { preview_method: parts.options.previews },
  };
  const { signal } = errand.context;
  const { partial } = await parts.gate.pass(async () => {
    signal.throwIfAborted();
    const sending = sendPrompt(parts, order, signal);
    errand.arrival = sending.then(
      () => 'known',
      () => 'unknown',
    );
    return await sending;
  });
  if (partial === null) return;
  errand.context.busyUntil(parts.canceller.cancel(saved.promptId, ARRIVED));
  throw partial;
}

/** False: an adopted prompt was stopped by nobody knows whom; it is sent anew. */
async function succeeded(errand: Errand, entry: HistoryEntry, isAdopted: boolean): Promise<boolean> {
  const verdict = outcomeOf(entry);
  if (verdict.outcome === 'success') return true;
  if (verdict.outcome === 'interrupted') {
    if (isAdopted) return false;
    throw stoppedByOthers(errand.parts.shared);
  }
  const told = executionErrorSchema.safeParse(verdict.data).data ?? { exception_type: '', exception_message: '' };
  const { exception_type, node_type } = told;
  const exception = told.exception_message.slice(0, 2_000);
  errand.parts.logger.warn({ jobId: errand.work.job.id, exception_type, exception, node_type }, 'a prompt failed');
  throw verdictOfExecution(told);
}

/** Whether the prompt is left to the attempt that comes after: it goes on at the server, and will be adopted. */
function isLeft({ parts, context }: Errand): boolean {
  const reason: unknown = context.signal.reason;
  if (parts.closing.aborted) return true;
  return reason instanceof RendercastError && (reason.code === 'shutting_down' || reason.code === 'superseded');
}

function giveUp(errand: Errand): void {
  const { parts, context, saved, arrival } = errand;
  if (arrival === null || isLeft(errand)) return;
  context.busyUntil(parts.canceller.cancel(saved.promptId, arrival));
}

/** A prompt that failed for good must not be found again by the next attempt. */
async function forgetFailed({ parts, context }: Errand, thrown: unknown): Promise<void> {
  if (thrown instanceof EngineError && thrown.code === 'engine_unavailable') {
    parts.facts.forget();
    return;
  }
  await context.saveHandle(null).catch(() => undefined);
}

/** What was begun goes on; only the waiting for it ends. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => undefined);
  signal.throwIfAborted();
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
