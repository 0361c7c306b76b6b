import { type Clock, sleep } from '../../clock.js';
import type { Logger } from '../../logger.js';
import type { PostGate } from './post-gate.js';
import type { ServerApi } from './server-api.js';

/** Whether a prompt reached the server: what is unknown may still come. */
export type Arrival = 'known' | 'unknown';

/** Stops prompts by their ids, and no others. */
export interface Canceller {
  /**
   * Takes a prompt out of the queue, or interrupts it, until the server has it no more; settles then. `arrival` says how the
   * sending of it came out, which may still go on. Never rejects.
   */
  cancel(promptId: string, arrival: Promise<Arrival>): Promise<void>;
  /** Settles when nothing is being cancelled, or after this time. */
  settle(withinMs: number): Promise<void>;
}

export interface CancellerOptions {
  api: ServerApi;
  gate: PostGate;
  clock: Clock;
  logger: Logger;
  closing: AbortSignal;
  /** Whether an interrupt keeps to the prompt that it names. */
  interruptsByName(): boolean;
  /** Whether nobody but this house, with one job at a time, uses the server. */
  isOursAlone: boolean;
  pollMs: number;
  unknownMs: number;
  goneAfterMs: number;
}

const FIRST_PACE_MS = 20;

export function createCanceller(options: CancellerOptions): Canceller {
  const { api, gate, clock, logger, closing } = options;
  const open = new Set<Promise<void>>();
  const warned = new Set<string>();

  async function stopOnce(promptId: string): Promise<'gone' | 'there'> {
    const { queue_running, queue_pending } = await api.queue(closing);
    if (queue_pending.some(([, id]) => id === promptId)) await api.deletePending(promptId, closing);
    else if (!queue_running.some(([, id]) => id === promptId)) return 'gone';
    else await interrupt(promptId);
    return 'there';
  }

  async function interrupt(promptId: string): Promise<void> {
    if (options.interruptsByName()) {
      await api.interrupt(promptId, closing);
    } else if (options.isOursAlone) {
      await gate.alone(() => interruptBlindly(promptId));
    } else if (!warned.has(promptId)) {
      warned.add(promptId);
      logger.warn(
        { promptId },
        'this server cannot stop one prompt alone; it runs to its end and its result is dropped',
      );
    }
  }

  /** An older server stops whatever runs: only while ours is all that it has, and nothing of ours is on its way. */
  async function interruptBlindly(promptId: string): Promise<void> {
    const { queue_running, queue_pending } = await api.queue(closing);
    const isAllThereIs = queue_pending.length === 0 && queue_running.every(([, id]) => id === promptId);
    if (isAllThereIs && queue_running.length === 1) await api.interrupt(promptId, closing);
  }

  async function untilGone(promptId: string, arrival: Promise<Arrival>): Promise<void> {
    let answeredMs = clock.monotonic();
    let comesUntilMs = Number.POSITIVE_INFINITY;
    void arrival.then((how) => {
      comesUntilMs = clock.monotonic() + (how === 'known' ? 0 : options.unknownMs);
    });
    for (let paceMs = FIRST_PACE_MS; ; paceMs = Math.min(options.pollMs, paceMs * 2)) {
      try {
        const mayCome = clock.monotonic() < comesUntilMs;
        const isGone = (await stopOnce(promptId)) === 'gone';
        answeredMs = clock.monotonic();
        if (isGone && !mayCome) return;
      } catch (err) {
        // A server that went away took its queue along: it lives in its memory.
        if (closing.aborted || clock.monotonic() - answeredMs >= options.goneAfterMs) return;
        logger.debug({ err, promptId }, 'a cancel is tried again');
      }
      await sleep(clock, paceMs, closing);
    }
  }

  return {
    cancel(promptId, arrival) {
      const cancelling = untilGone(promptId, arrival)
        .catch(() => undefined)
        .finally(() => {
          open.delete(cancelling);
          warned.delete(promptId);
        });
      open.add(cancelling);
      return cancelling;
    },
    async settle(withinMs) {
      const enough = new AbortController();
      const late = sleep(clock, withinMs, enough.signal).catch(() => undefined);
      await Promise.race([Promise.all(open), late]);
      enough.abort();
    },
  };
}
