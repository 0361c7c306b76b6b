import type { ImageRequest, Json } from '@rendercast/protocol';
import * as z from 'zod';
import { type Clock, sleep } from '../../clock.js';
import type { Logger } from '../../logger.js';
import { type EngineContext, EngineError, type Work } from '../engine.js';
import { type Generation, lineVerdict, openGeneration } from './generation.js';
import { handIn } from './hand-in.js';
import { LineError } from './http-line.js';
import type { IdleGate } from './idle-gate.js';
import type { SdapiOptions } from './options.js';
import { stepsOf } from './passes.js';
import type { ServerTraits } from './probe.js';
import { type Composed, compose } from './request-body.js';
import { AnswerError, type ServerCalls } from './server-calls.js';
import { errorOf, nothingMade, readMade, stoppedByItself } from './verdict.js';
import { isBusy, watch } from './watch.js';
import { windDown } from './wind-down.js';

export interface RunParts {
  calls: ServerCalls;
  traits: ServerTraits;
  gate: IdleGate;
  options: SdapiOptions;
  clock: Clock;
  logger: Logger;
  /** Whether the server is ours alone, and does one job of ours at a time. */
  ours: boolean;
  /** Aborts when the engine closes. */
  closing: AbortSignal;
}

/** What is saved before a job is sent: nothing can be adopted, but the server may still be at it after our restart. */
const handleSchema = z.object({ taskId: z.string() });
/** The server took nothing on: another try costs nothing, but not at once. */
const AGAIN_MS = 5_000;
/** Looks at whether a picture is whole. */
const LOOKS = 3;

/**
 * Runs one job at one server. `holdUntil` is told of what the server still does for it when this ends.
 *
 *   waiting ──server idle──▶ sent ──answer──▶ judged ──pictures handed in──▶ done
 *                             └──abort, broken connection──▶ ended here; wound down at the server
 */
export async function runJob(
  parts: RunParts,
  work: Work,
  context: EngineContext,
  holdUntil: (free: Promise<void>) => void,
): Promise<void> {
  const { signal } = context;
  const request = work.job.request as ImageRequest; // only images are offered
  const taskId = `task(rendercast-${work.job.id}-${work.attempt})`;
  const composed = await compose({
    ...{ request, seed: work.job.seed, taskId, traits: parts.traits, options: parts.options },
    read: async (id) => (await context.input(id)).bytes,
  });
  const alone = await beforeSending(parts, work.handle, context);
  await context.saveHandle({ taskId });
  const steps = stepsOf(composed.passes);
  await context.stage({ stage: 'preparing', steps });
  signal.throwIfAborted();
  const { calls, closing } = parts;
  const { path, body } = composed;
  const generation = openGeneration({ calls, path, body, taskId, alone, steps, closing });
  try {
    await untilAnswered({ ...parts, context, passes: composed.passes }, generation, signal);
    await judge(parts, generation, composed, work, context);
  } catch (thrown) {
    if (generation.isOpen() || thrown instanceof LineError) holdUntil(windDown(parts, generation));
    signal.throwIfAborted();
    throw lineVerdict(thrown);
  }
}

/** Waits until nothing of before is in the way. Answers whether what the server does next can only be this job. */
async function beforeSending(parts: RunParts, handle: Json, context: EngineContext): Promise<boolean> {
  const { ours, gate, logger } = parts;
  const waiting = () => context.stage({ stage: 'waiting' });
  try {
    if (handle !== null) await outliveLeftover(parts, handle, context.signal, waiting);
    if (!ours) return false;
    const way = await gate.wait(context.signal, waiting);
    if (way.waited && handle === null) {
      logger.warn('the server did work that is not of this house: say `shared` in its entry if others use it');
    }
    return way.idle;
  } catch (thrown) {
    context.signal.throwIfAborted();
    if (!(thrown instanceof LineError || thrown instanceof AnswerError)) throw thrown;
    const verdict = thrown instanceof AnswerError && thrown.status !== 200;
    const { message } = verdict
      ? errorOf({ status: thrown.status, retryAfter: null, text: '' })
      : { message: 'The server does not answer.' };
    const again = { retryable: true, retryAfterMs: AGAIN_MS, counted: false, cause: thrown };
    throw new EngineError('engine_unavailable', message, again);
  }
}

/** Work of an attempt before this one may still run there: its result is lost, its place is taken until it is over. */
async function outliveLeftover(
  { calls, traits, options, clock }: RunParts,
  handle: Json,
  signal: AbortSignal,
  waiting: () => Promise<void>,
): Promise<void> {
  const before = handleSchema.safeParse(handle).data;
  if (before === undefined || traits.tells !== 'task') return;
  const untilMs = clock.monotonic() + options.lostMs;
  while (clock.monotonic() < untilMs) {
    const task = await calls.task(before.taskId, null, signal);
    if (!task.active && !task.queued) return;
    // After a fault an id stays active for ever, while the server does nothing.
    if (task.active && !isBusy(await calls.progress(false, signal))) return;
    await waiting();
    await sleep(clock, options.pollMs, signal);
  }
}

/** Follows the generation until there is an answer, and no longer than the house wants it. */
async function untilAnswered(
  parts: Parameters<typeof watch>[0],
  generation: Generation,
  signal: AbortSignal,
): Promise<void> {
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  aborted.catch(() => undefined); // there may be nobody left to hear it
  try {
    const watching = watch(parts, generation, signal);
    await Promise.race([Promise.all([watching, generation.answer]), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Judges by the answer, and by it only; then hands in what it holds. */
async function judge(
  parts: RunParts,
  generation: Generation,
  composed: Composed,
  work: Work,
  context: EngineContext,
): Promise<void> {
  const { gate, logger, closing } = parts;
  const answer = await generation.answer;
  if (answer.status !== 200) {
    logger.warn({ status: answer.status, jobId: work.job.id }, 'the server refused a job, or failed at it');
    await gate.leftBehind(closing);
  }
  const made = readMade(answer);
  if (await wasStopped(parts)) throw stoppedByItself();
  if (made.images.length === 0) throw nothingMade(made, parts.traits.tells !== 'nothing');
  await handIn(made, composed, work.job.request as ImageRequest, work.job.seed, context);
  const steps = stepsOf(composed.passes);
  context.progress({ fraction: 1, step: steps, steps });
}

/** A 200 proves nothing: what was stopped in the middle comes as a half-made picture, and only this flag tells. */
async function wasStopped({ calls, traits, options, clock, closing }: RunParts): Promise<boolean> {
  if (traits.tells === 'nothing') return false;
  for (let look = 1; ; look += 1) {
    try {
      const { state } = await calls.progress(false, closing);
      return state.interrupted || state.skipped;
    } catch (thrown) {
      if (look === LOOKS) {
        const message = 'The server does not say whether the picture is whole.';
        throw new EngineError('engine_failed', message, { retryable: true, cause: thrown });
      }
      await sleep(clock, options.interruptMs, closing);
    }
  }
}
