import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TransportName } from '@rendercast/client';
import { describeViolations, type HistoryLog, type Violation } from '@rendercast/protocol/history';
import { afterEach, describe, expect, it } from 'vitest';
import { recordProof } from '../proof/record.js';
import { noTally, ofOneOwner, tally } from '../proof/tally.js';
import { caughtUp, checkOrders } from '../stories/at-rest.js';
import { type Chance, createChance, seedOfRun, timesOfRun } from '../stories/chance.js';
import { createGuest, type Guest } from '../stories/guest.js';
import { judge } from '../stories/judge.js';
import { factsByJob, foldAll } from '../stories/log-over-http.js';
import { call } from '../support/house.js';
import { type Cluster, NO_CLUSTER, startCluster } from './cluster.js';
import { drawFaults, type FaultKind, LEASE_MS } from './fault-kinds.js';

const SEED = seedOfRun(20_260_901);
const SAMPLE = 6;
const FAULTS = timesOfRun('RENDERCAST_TEST_CLUSTER_FAULTS', SAMPLE);
const NODES = FAULTS > SAMPLE ? 3 : 2;
/** One house sees so many faults at most; each has a seed of its own, counted up from the first. */
const FAULTS_PER_LIFE = 40;
const LIVES = Array.from({ length: Math.ceil(FAULTS / FAULTS_PER_LIFE) }, (_, life) => ({
  seed: SEED + life,
  faults: Math.min(FAULTS_PER_LIFE, FAULTS - life * FAULTS_PER_LIFE),
}));
/** After the last bad day everything has ended within this, in milliseconds. */
const COME_TO_REST_MS = 120_000;
const TRANSPORTS: readonly TransportName[] = ['websocket', 'sse', 'poll'];

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Nobody is told more than it was shown: who waits this long after the last bad day waits for ever. */
function whoStillWaits(guests: readonly Guest[]): never {
  const watchers = guests.flatMap((guest) => guest.watchers.map(({ history }) => history));
  const waiting = watchers.filter(
    ({ target, observations }) => 'job' in target && observations.at(-1)?.saw !== 'finished',
  );
  throw new Error(`after ${COME_TO_REST_MS} ms still waiting: ${waiting.map(({ name }) => name).join(', ')}`);
}

/** Guests use the house through its door while it has bad days; resolves once all that they ordered has ended for them. */
async function badDaysAmongGuests(
  cluster: Cluster,
  faults: readonly FaultKind[],
  chance: Chance,
  happened: (fault: FaultKind) => void,
): Promise<Guest[]> {
  const enough = new AbortController();
  const guests = TRANSPORTS.map((transport) =>
    createGuest({
      url: cluster.door.url,
      transport,
      chance: createChance(chance.between(0, 1e9)),
      enough: enough.signal,
      atOnce: 2,
      onEvent: () => undefined,
    }),
  );
  closing.push(async () => {
    enough.abort();
    for (const guest of guests) await guest.leave();
  });
  const trouble = Promise.all(guests.map(({ done }) => done));
  trouble.catch(() => undefined); // heard at the next turn
  for (const fault of faults) {
    await Promise.race([sleep(chance.between(200, 1_500)), trouble]);
    await fault.happen(cluster, chance);
    happened(fault);
    for (const { name, pid, output } of cluster.nodes)
      if (pid === null) throw new Error(`${name} ended by itself in "${fault.name}":\n${output.slice(-10).join('\n')}`);
  }
  enough.abort();
  await Promise.race([trouble, sleep(COME_TO_REST_MS, undefined, { ref: false }).then(() => whoStillWaits(guests))]);
  return guests;
}

/** Every file that a job shows can be had, and is what its digest says: nobody wrote it but the attempt that counts. */
async function checkFiles(url: string, log: HistoryLog): Promise<number> {
  let files = 0;
  for (const facts of factsByJob(log).values())
    for (const { artifact } of foldAll(facts).outputs) {
      const { status, bytes } = await call(url, `/v1/artifacts/${artifact.id}`);
      expect(status).toBe(200);
      expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toContain(artifact.digest);
      files += 1;
    }
  return files;
}

describe.skipIf(NO_CLUSTER !== null)(`many machines${NO_CLUSTER === null ? '' : ` (${NO_CLUSTER})`}`, () => {
  it.each(LIVES)(
    `RC-RESUME-1 RC-ACK-2 RC-FACT-1 RC-FACT-2 RC-LEVEL-2 RC-SUBMIT-5: ${NODES} gateways and ${NODES} workers have $faults bad days (seed $seed); over WebSocket, SSE and long-poll through any gateway every fact is seen once, and each job ends once`,
    { timeout: 120_000 + FAULTS_PER_LIFE * 30_000 },
    async ({ seed, faults }) => {
      const chance = createChance(seed);
      const table = new Map<string, number>();
      const found = noTally();
      let note = `seed ${seed}`;
      const count = (violations: readonly Violation[]): void => {
        tally(found, violations);
        if (violations.length > 0)
          note += ` (${describeViolations(violations).replaceAll('\n', '; ').slice(0, 1_000)})`;
      };
      const cluster = await startCluster({
        ...{ gateways: NODES, workers: NODES },
        settings: { RENDERCAST_LEASE_MS: String(LEASE_MS), RENDERCAST_MAX_ATTEMPTS: '20' },
      });
      closing.push(() => cluster.close());
      try {
        const drawn = drawFaults(faults, chance, FAULTS > SAMPLE);
        const guests = await badDaysAmongGuests(cluster, drawn, chance, ({ name }) => {
          table.set(name, (table.get(name) ?? 0) + 1);
        });
        const { url } = cluster.door;
        const watchers = guests.flatMap((guest) => guest.watchers);
        const orders = guests.flatMap((guest) => guest.orders);
        const log = await judge(url, [], count);
        note += `: ${orders.length} jobs, ${log.entries.length} facts, ${watchers.length} readers`;
        for (const guest of guests) {
          await caughtUp(guest, log);
          await guest.leave();
        }
        await judge(url, watchers, count);
        checkOrders(orders, log);
        note += `, ${await checkFiles(url, log)} files`;
        // Attempts were lost, and jobs came through all the same.
        const types = log.entries.map(({ fact }) => fact.type);
        for (const type of ['retrying', 'succeeded', 'canceled'] as const) expect(types).toContain(type);
      } finally {
        const lines = [...table]
          .sort(([left], [right]) => (left < right ? -1 : 1))
          .map(([name, times]) => `${name} ${times}`);
        const total = [...table.values()].reduce((sum, times) => sum + times, 0);
        recordProof({
          name: 'cluster faults',
          count: total,
          ...ofOneOwner(found),
          note: `${note}; ${lines.join(', ')}`,
        });
      }
    },
  );
});
