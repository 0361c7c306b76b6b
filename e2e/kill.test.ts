import type { FeedEvent, JobEvent, TransportName } from '@rendercast/client';
import { describeViolations, type Violation } from '@rendercast/protocol/history';
import { afterEach, expect, it } from 'vitest';
import { recordProof } from './proof/record.js';
import { noTally, ofOneOwner, tally } from './proof/tally.js';
import { caughtUp, checkOrders } from './stories/at-rest.js';
import { type Chance, createChance, seedOfRun, timesOfRun } from './stories/chance.js';
import { createGuest, type Guest } from './stories/guest.js';
import { judge } from './stories/judge.js';
import { createServerProcess, type ServerProcess } from './stories/server-process.js';

const SEED = seedOfRun(20_260_801);
const KILLS = timesOfRun('RENDERCAST_TEST_KILLS', 8);
/** One life of a data directory sees so many kills at most; each has a seed of its own, counted up from the first. */
const KILLS_PER_LIFE = 50;
const LIVES = Array.from({ length: Math.ceil(KILLS / KILLS_PER_LIFE) }, (_, life) => ({
  seed: SEED + life,
  kills: Math.min(KILLS_PER_LIFE, KILLS - life * KILLS_PER_LIFE),
}));
const TRANSPORTS: readonly TransportName[] = ['websocket', 'sse', 'poll'];

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function startedServer(...flags: string[]): Promise<ServerProcess> {
  const server = await createServerProcess(flags);
  closing.push(() => server.close());
  await server.start();
  return server;
}

/** Lets others wait for what any guest is shown. */
function createGossip() {
  const listeners = new Set<(what: string) => void>();
  return {
    tell(event: JobEvent | FeedEvent) {
      const what = event.type === 'fact' ? event.fact.type : event.type;
      for (const listener of [...listeners]) listener(what);
    },
    /** Resolves at the instant that somebody is shown such a thing, and after a while in any case. */
    hear: (wanted: string | null, withinMs: number) =>
      new Promise<void>((resolve) => {
        const settle = (): void => {
          clearTimeout(timer);
          listeners.delete(listener);
          resolve();
        };
        const listener = (what: string): void => {
          if (what === wanted) settle();
        };
        const timer = setTimeout(settle, withinMs);
        listeners.add(listener);
      }),
  };
}

/** Lets the server live for a while, half of the time up to the instant that something of a kind has happened. */
async function live(chance: Chance, gossip: ReturnType<typeof createGossip>): Promise<void> {
  await gossip.hear(null, chance.between(150, 1_200));
  const last = chance.pick(['queued', 'started', 'stage', 'output', 'level', 'succeeded', 'canceling']);
  if (chance.happens(0.5)) await gossip.hear(last, 1_500);
}

/** Guests use the server while it is killed again and again; resolves once all that they ordered has ended for them. */
async function killAmongGuests(server: ServerProcess, seed: number, kills: number): Promise<Guest[]> {
  const chance = createChance(seed);
  const gossip = createGossip();
  const enough = new AbortController();
  const guests = TRANSPORTS.map((transport) =>
    createGuest({
      url: server.url,
      transport,
      chance: createChance(chance.between(0, 1e9)),
      enough: enough.signal,
      atOnce: 3,
      onEvent: gossip.tell,
    }),
  );
  closing.push(async () => {
    enough.abort();
    for (const guest of guests) await guest.leave();
  });
  for (let kill = 0; kill < kills; kill += 1) {
    await live(chance, gossip);
    await server.kill();
    await server.start();
  }
  enough.abort();
  await Promise.all(guests.map(({ done }) => done));
  return guests;
}

it.each(LIVES)(
  'RC-RESUME-1 RC-ACK-2 RC-FACT-1 RC-FACT-2 RC-LEVEL-2 RC-SUBMIT-5: the server is killed $kills times in mid-job (seed $seed); over WebSocket, SSE and long-poll every fact is seen once, and each job ends once',
  { timeout: 60_000 + KILLS_PER_LIFE * 12_000 },
  async ({ seed, kills }) => {
    const server = await startedServer();
    const found = noTally();
    let note = `seed ${seed}`;
    const count = (violations: readonly Violation[]): void => {
      tally(found, violations);
      if (violations.length > 0) note += ` (${describeViolations(violations).replaceAll('\n', '; ').slice(0, 1_000)})`;
    };
    try {
      const guests = await killAmongGuests(server, seed, kills);
      const watchers = guests.flatMap((guest) => guest.watchers);
      const orders = guests.flatMap((guest) => guest.orders);
      const log = await judge(server.url, [], count);
      note += `: ${orders.length} jobs, ${log.entries.length} facts, ${watchers.length} readers`;
      for (const guest of guests) {
        await caughtUp(guest, log);
        await guest.leave();
      }
      await judge(server.url, watchers, count);
      checkOrders(orders, log);
      expect(orders.length).toBeGreaterThan(kills);
      // It was mid-job: attempts were lost, and jobs came through all the same.
      const types = log.entries.map(({ fact }) => fact.type);
      for (const type of ['retrying', 'succeeded', 'canceled'] as const) expect(types).toContain(type);
    } finally {
      recordProof({ name: 'kills', count: server.starts - 1, ...ofOneOwner(found), note });
    }
  },
);
