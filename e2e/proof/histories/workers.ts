import { createHash } from 'node:crypto';
import { RendercastError } from '@rendercast/protocol';
import type { Blobs } from '../../../packages/server/src/blobs/blobs.js';
import { type Engine, EngineError } from '../../../packages/server/src/engines/engine.js';
import type { RunParts } from '../../../packages/server/src/queue/run-parts.js';
import { createTracker } from '../../../packages/server/src/queue/tracker.js';
import type { Claim, Offer } from '../../../packages/server/src/stores/store.js';
import type { Chance } from '../../stories/chance.js';
import { isAway } from './direct-store.js';
import type { Turns } from './turns.js';

/** Bytes in memory: the queue's histories are about facts. */
export function createMemoryBlobs(): Blobs {
  const kept = new Map<string, Buffer>();
  return {
    async put(key, body) {
      const parts: Uint8Array[] = [];
      for await (const part of body) parts.push(part);
      const bytes = Buffer.concat(parts);
      kept.set(key, bytes);
      return { sizeBytes: bytes.length, digest: createHash('sha256').update(bytes).digest('hex') };
    },
    size: async (key) => kept.get(key)?.length ?? null,
    async *read(key) {
      const bytes = kept.get(key);
      if (bytes === undefined) throw new RendercastError('not_found');
      yield bytes;
    },
    async remove(key) {
      kept.delete(key);
    },
    async *keys() {
      for (const key of kept.keys()) yield { key, ageMs: 0 };
    },
    async close() {
      kept.clear();
    },
  };
}

/** An engine of the runner's: what it does next, and how it ends, is drawn. It does not always stop when it is asked to. */
export function createDrawnEngine(chance: Chance, turns: Turns): Engine {
  return {
    name: 'rehearsal',
    backend: 'drawn',
    capabilities: () => ({ kinds: ['image'], models: [], features: [], slots: 2, health: 'up', message: null }),
    async run(_work, context) {
      const steps = chance.between(1, 6);
      for (let step = 1; step <= steps; step += 1) {
        await turns.pause();
        if (chance.happens(0.7)) context.signal.throwIfAborted();
        context.progress({ fraction: step / steps, step, steps });
        if (chance.happens(0.2)) await context.stage({ stage: `stage ${step}`, steps });
        if (chance.happens(0.15))
          await context.output({
            slot: chance.between(0, 1),
            mediaType: 'audio/wav',
            body: Buffer.from('bytes'),
            name: 'a.wav',
            parameters: {},
          });
      }
      if (chance.happens(0.3))
        throw new EngineError('engine_failed', 'It flickered.', { retryable: chance.happens(0.7) });
    },
    close: async () => undefined,
  };
}

const OFFER: Offer = { engine: 'rehearsal', backend: 'afar', kinds: ['image'], models: null, auto: true };

/** A worker elsewhere: it may freeze past its lease, wake and go on; it may vanish. Its word counts while it holds the lease. */
export async function workAfar(parts: RunParts, chance: Chance, turns: Turns, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await turns.pause();
    const { leaseMs } = parts.limits;
    try {
      const claim = await parts.queue.claim({ name: 'afar', inProcess: false, offers: [OFFER], leaseMs });
      if (claim !== null) await attempt(parts, claim, chance, turns);
    } catch (thrown) {
      if (!isAway(thrown) && !(thrown instanceof RendercastError && thrown.code === 'superseded')) throw thrown;
    }
  }
}

async function attempt(parts: RunParts, claim: Claim, chance: Chance, turns: Turns): Promise<void> {
  const { queue, limits } = parts;
  const lease = { jobId: claim.job.id, attempt: claim.job.attempt };
  const tracker = createTracker(parts, claim);
  const steps = chance.between(1, 5);
  for (let step = 1; step <= steps; step += 1) {
    await turns.pause();
    if (chance.happens(0.3)) await queue.renew([lease], limits.leaseMs);
    tracker.progress({ fraction: step / steps, step, steps });
    if (chance.happens(0.2)) {
      const stage = { type: 'stage', stage: `afar ${step}`, index: null, count: null, steps } as const;
      tracker.follows(await queue.report(lease, stage));
    }
  }
  const reached = tracker.reached();
  const flicker = { code: 'engine_failed', message: 'It flickered.', retryable: chance.happens(0.7) } as const;
  switch (chance.pick(['succeed', 'succeed', 'fail', 'hand back', 'vanish', 'twice'])) {
    case 'succeed':
      return void (await queue.succeed(lease, reached));
    case 'fail':
      return void (await queue.fail(lease, flicker, reached));
    case 'hand back':
      return void (await queue.handBack(lease, reached));
    case 'twice':
      // Finishes twice, and differently: the first that is committed stands.
      await Promise.allSettled([queue.succeed(lease, reached), queue.fail(lease, flicker, reached)]);
      return;
    case 'vanish':
  }
}
