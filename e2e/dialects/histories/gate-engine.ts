import { setTimeout as sleep } from 'node:timers/promises';
import type { StartOptions } from '@rendercast/server';

/** An engine of somebody's own, as the server takes it. */
export type OwnEngine = NonNullable<StartOptions['engines']>[number];

/** An engine whose jobs begin at once and end when they are let: races need both to be drawn. */
export interface GateEngine extends OwnEngine {
  /** Jobs that run from now on end after so long, in milliseconds; null: when `open` is called. */
  endAfter(ms: number | null): void;
  /** Jobs that wait at the gate. */
  waiting(): number;
  /** Lets everything end that waits. */
  open(): void;
}

const BYTES = Buffer.from('the bytes of a result');

export function createGateEngine(slots: number): GateEngine {
  const waiting = new Set<() => void>();
  let afterMs: number | null = null;

  return {
    engine: {
      name: 'gate',
      backend: 'gate',
      capabilities: () => ({ kinds: ['image', 'music'], models: [], features: [], slots, health: 'up', message: null }),
      async run({ job }, context) {
        const steps = 'steps' in job.request ? (job.request.steps ?? 20) : 20;
        await context.stage({ stage: 'base_model', steps });
        context.progress({ fraction: 0.5, step: Math.floor(steps / 2), steps });
        if (afterMs === null) await atTheGate(context.signal);
        else await sleep(afterMs, undefined, { signal: context.signal });
        const mediaType = job.kind === 'music' ? 'audio/mpeg' : 'image/png';
        await context.output({ slot: 0, mediaType, body: BYTES, name: 'result', parameters: {} });
      },
      close: async () => undefined,
    },
    traits: { auto: [], repeatable: true },
    endAfter: (ms) => void (afterMs = ms),
    waiting: () => waiting.size,
    open() {
      for (const pass of waiting) pass();
      waiting.clear();
    },
  };

  function atTheGate(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      waiting.add(resolve);
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  }
}
