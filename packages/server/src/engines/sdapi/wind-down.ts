import { type Clock, sleep } from '../../clock.js';
import type { Generation } from './generation.js';
import type { SdapiOptions } from './options.js';
import type { ServerTraits } from './probe.js';
import type { ServerCalls } from './server-calls.js';
import { isBusy } from './watch.js';

export interface WindDownParts {
  calls: ServerCalls;
  traits: ServerTraits;
  options: SdapiOptions;
  clock: Clock;
  /** Whether the server is ours alone, by configuration. */
  ours: boolean;
  /** Aborts when the engine closes. */
  closing: AbortSignal;
}

/**
 * Brings an unwanted generation to its end: interrupts it, again and again until its request is answered, but only while
 * what the server does is known to be this generation. Resolves when the server has let go of it.
 *
 *   open ──interrupts, or patience──▶ answered ──────────────▶ free
 *     └──connection breaks, or silence for lostMs──▶ waits until the server is idle, at most lostMs ──▶ free
 */
export async function windDown(parts: WindDownParts, generation: Generation): Promise<void> {
  const { calls, options, clock, closing } = parts;
  const sent: Sent = { any: false, share: null };
  let heardMs = clock.monotonic();
  let unanswered = false;
  while (generation.isOpen() && !closing.aborted) {
    try {
      const known = await isKnownOurs(parts, generation, sent);
      heardMs = clock.monotonic();
      if (known && generation.isOpen()) {
        Object.assign(sent, { any: true, share: null });
        await calls.interrupt(closing);
      }
    } catch {
      unanswered = true;
      // It will be asked again; a server that is silent for too long has lost the job.
      if (clock.monotonic() - heardMs >= options.lostMs) generation.cut();
    }
    await either(generation.settled, clock, options.interruptMs, closing);
  }
  const broke = await generation.answer.then(
    () => false,
    () => true,
  );
  // An interrupt without an answer may still arrive: not in the next job.
  if (broke || unanswered) await idle(parts);
}

/** What is known of interrupts that are on their way or may have taken. */
interface Sent {
  any: boolean;
  /** Share of the job that was done at the first look after the last one; null: there was none yet. */
  share: number | null;
}

/** Whether an interrupt, which stops whatever runs, would stop this generation and nothing else. */
async function isKnownOurs(parts: WindDownParts, generation: Generation, sent: Sent): Promise<boolean> {
  const { calls, traits, options, clock, ours, closing } = parts;
  if (traits.tells === 'nothing') {
    await calls.look('/sdapi/v1/samplers', closing);
    return false; // there is nothing to interrupt with
  }
  if (traits.tells === 'all') {
    await calls.progress(false, closing);
    return generation.alone;
  }
  const askedMs = clock.monotonic();
  const task = await calls.task(generation.taskId, null, closing);
  if (!task.active) return false;
  const share = task.progress ?? 0;
  generation.pace.hear(share, clock.monotonic());
  if (ours && (await calls.pending(closing)) === 0) return true;
  if (sent.any && !wentOn(sent, share, generation.steps)) return false;
  // Others wait behind it: it must not be able to end while the interrupt is on its way.
  const spentMs = clock.monotonic() - askedMs;
  return generation.pace.leastLeftMs() - spentMs >= options.marginMs && spentMs < options.marginMs / 2;
}

/** Steps that a job must go on after an interrupt before that one counts as lost: the flag is looked at with every step. */
const LOST_STEPS = 3;

/**
 * Whether an interrupt did not take. One that did lets the job end within a step, so a second one, sent in the belief that
 * much is left to do, would stop the work of whoever comes next.
 */
function wentOn(sent: Sent, share: number, steps: number): boolean {
  sent.share ??= share;
  return share - sent.share >= LOST_STEPS / Math.max(1, steps);
}

/** Waits until the server says that it does nothing, but not for ever: others may use it. */
async function idle({ calls, traits, options, clock, closing }: WindDownParts): Promise<void> {
  if (traits.tells === 'nothing') return;
  const untilMs = clock.monotonic() + options.lostMs;
  while (!closing.aborted && clock.monotonic() < untilMs) {
    const said = await calls.progress(false, closing).catch(() => null);
    if (said !== null && !isBusy(said)) return;
    await sleep(clock, options.interruptMs, closing).catch(() => undefined);
  }
}

async function either(settled: Promise<void>, clock: Clock, ms: number, closing: AbortSignal): Promise<void> {
  const stop = new AbortController();
  const waited = sleep(clock, ms, AbortSignal.any([stop.signal, closing])).catch(() => undefined);
  await Promise.race([settled, waited]);
  stop.abort();
}
