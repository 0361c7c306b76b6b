import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  compareStamps,
  type Fact,
  type FactBody,
  formatPosition,
  isTerminal,
  type Level,
  type LoggedFact,
  type Target,
} from '@rendercast/protocol';
import { nativeDialect } from '@rendercast/protocol/dialects/native/index';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.js';
import { createSilentLogger } from '../logger.js';
import { openSqliteStore } from '../stores/sqlite/open-sqlite-store.js';
import type { Store } from '../stores/store.js';
import type { Bus } from './bus/bus.js';
import { createMemoryBus } from './bus/memory.js';
import type { Chunk, Encoding } from './chunk.js';
import { createFlusher } from './flusher.js';
import { createLog, type Log } from './log.js';
import type { Sink, Subscription } from './subscription.js';
import { createSubscriptions, type Subscriptions } from './subscriptions.js';

const encoding: Encoding = { name: 'test', encode: ({ frame }) => Buffer.from(frame) };
const OWNER = { owner: 'ada', all: false };

/** A bus that loses, doubles and delays hints, as a remote one may. What it does is drawn by `fate`. */
function withFaults(bus: Bus, fate: () => 'pass' | 'lose' | 'double' | 'delay'): Bus {
  const late: (readonly LoggedFact[])[] = [];
  return {
    ...bus,
    publishFacts(logged) {
      switch (fate()) {
        case 'lose':
          return;
        case 'double':
          bus.publishFacts(logged);
          break;
        case 'delay':
          late.push(logged);
          return;
        case 'pass':
          break;
      }
      bus.publishFacts(logged);
      for (const entry of late.splice(0)) bus.publishFacts(entry);
    },
  };
}

interface Message {
  type: string;
  fact?: Fact;
  level?: Level;
  position?: string;
  cursor?: string;
}

/** A reader that writes down everything, and may stop taking more for a while. */
function createReader() {
  const messages: Message[] = [];
  const waiting: (() => void)[] = [];
  let blocked = false;
  const sink: Sink = {
    blocked: () => blocked,
    whenReady: (callback) => void (blocked ? waiting.push(callback) : setImmediate(callback)),
    write(chunk: Chunk) {
      for (const { frame } of chunk.deliveries) messages.push(JSON.parse(String(frame.frame)) as Message);
    },
    failed: (error) => {
      throw error;
    },
  };
  return {
    messages,
    sink,
    block: () => {
      blocked = true;
    },
    unblock() {
      blocked = false;
      for (const callback of waiting.splice(0)) callback();
    },
    facts: () => messages.flatMap(({ fact }) => (fact === undefined ? [] : [fact])),
  };
}

let dir: string;
let store: Store;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rendercast-events-'));
  store = await openSqliteStore({ dir });
});
afterAll(async () => {
  await store.close();
  await rm(dir, { recursive: true });
});

function house(fate: () => 'pass' | 'lose' | 'double' | 'delay' = () => 'pass', sweepMs?: number) {
  const bus = withFaults(createMemoryBus(), fate);
  const flusher = createFlusher();
  const subscriptions = createSubscriptions({
    store,
    bus,
    flusher,
    clock: systemClock,
    fileUrl: {
      artifact: (id) => `/v1/artifacts/${id}`,
      preview: (id) => `/v1/jobs/${id}/preview`,
      own: (path: string) => path,
    },
    logger: createSilentLogger(),
    ...(sweepMs === undefined ? {} : { sweepMs }),
  });
  return {
    bus,
    log: createLog(store, bus),
    subscriptions,
    close() {
      subscriptions.close();
      flusher.close();
    },
  };
}

let made = 0;

async function submit(log: Log, options: { owner?: string; clientId?: string } = {}): Promise<string> {
  made += 1;
  const id = `j_${String(made).padStart(8, '0')}`;
  const body: FactBody = {
    type: 'queued',
    kind: 'image',
    engine: 'auto',
    request: { prompt: 'a fox' },
    seed: 1,
    owner: options.owner ?? OWNER.owner,
    clientId: options.clientId ?? null,
    via: 'native',
    priority: 0,
    tags: [],
    batch: null,
    retryOf: null,
    startBy: null,
  };
  const result = await log.create({
    jobs: [{ id, body }],
    owner: body.owner,
    at: new Date().toISOString(),
    idempotencyKey: null,
    requestDigest: id,
    onExistingId: 'same',
    maxWaitingPerOwner: 1e6,
    maxWaiting: 1e6,
  });
  expect(result.outcome).toBe('created');
  return id;
}

async function note(log: Log, jobId: string, n: number): Promise<void> {
  const result = await log.append({
    jobId,
    bodies: [{ type: 'note', data: { n } }],
    at: new Date().toISOString(),
    expect: {},
  });
  expect(result.ok).toBe(true);
}

async function cancel(log: Log, jobId: string): Promise<void> {
  const timings = { queuedMs: 0, runMs: 0, totalMs: 0 };
  const body: FactBody = { type: 'canceled', attempt: 0, reason: null, progress: null, timings };
  await log.append({ jobId, bodies: [body], at: new Date().toISOString(), expect: {} });
}

async function follow(
  subscriptions: Subscriptions,
  target: Target,
  position: string | null,
  sink: Sink,
  reach = OWNER,
): Promise<{ subscription: Subscription; followed: Awaited<ReturnType<Subscriptions['prepare']>>['followed'] }> {
  const prepared = await subscriptions.prepare({
    target,
    reach,
    position,
    dialect: nativeDialect,
    variant: 'none',
    levels: ['progress', 'place'],
    encoding,
  });
  return { followed: prepared.followed, subscription: prepared.start(sink) };
}

async function until(condition: () => boolean, whatFor: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${whatFor}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const sequence = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('following a job', () => {
  it('gives a snapshot, then every later fact once and in order', async () => {
    const { log, subscriptions, close } = house();
    const id = await submit(log);
    await note(log, id, 1);
    const reader = createReader();
    const { followed, subscription } = await follow(subscriptions, { job: id }, null, reader.sink);
    expect(followed.snapshot?.job.seq).toBe(2);
    for (const n of sequence(2, 6)) await note(log, id, n);
    await cancel(log, id);
    await until(() => reader.facts().some(isTerminal), 'the end');
    expect(reader.facts().map(({ seq }) => seq)).toEqual(sequence(3, 8));
    subscription.close();
    close();
  });

  it('waits for a job that does not exist yet, by the client id, and hears it from its first fact', async () => {
    const { log, subscriptions, close } = house();
    const reader = createReader();
    const { followed, subscription } = await follow(subscriptions, { job: 'my-own-id' }, null, reader.sink);
    expect(followed.snapshot).toBeNull();
    const id = await submit(log, { clientId: 'my-own-id' });
    await cancel(log, id);
    await until(() => reader.facts().length === 2, 'both facts');
    expect(reader.facts().map(({ seq }) => seq)).toEqual([1, 2]);
    subscription.close();
    close();
  });

  it("never shows another owner's job, neither by its id nor by the client's own", async () => {
    const { log, subscriptions, close } = house();
    const reader = createReader();
    const early = await follow(subscriptions, { job: 'shared-name' }, null, reader.sink);
    const id = await submit(log, { owner: 'eve', clientId: 'shared-name' });
    const late = await follow(subscriptions, { job: id }, null, reader.sink);
    expect(late.followed.snapshot).toBeNull();
    await cancel(log, id);
    const mine = await submit(log, { clientId: 'shared-name' });
    await until(() => reader.facts().length > 0, 'my own job');
    expect(reader.facts().map(({ jobId }) => jobId)).toEqual([mine]);
    early.subscription.close();
    late.subscription.close();
    close();
  });

  it('resets a reader of another epoch, one ahead of the log, and one whose position is none', async () => {
    const { log, subscriptions, close } = house();
    const id = await submit(log);
    for (const [position, reason] of [
      ['otherepoch:1', 'epoch'],
      [formatPosition({ epoch: store.epoch, n: 99 }), 'ahead'],
      ['nonsense', 'malformed'],
    ] as const) {
      const reader = createReader();
      const { followed, subscription } = await follow(subscriptions, { job: id }, position, reader.sink);
      expect(followed.reset).toBe(reason);
      expect(followed.snapshot?.job.id).toBe(id);
      subscription.close();
    }
    close();
  });

  it('RC-LEVEL-3: is given the rest where its first answer alone fills its window', async () => {
    const { log, subscriptions, close } = house();
    const id = await submit(log);
    // Somebody follows already, so that the facts are in memory when the reader comes.
    const other = createReader();
    const first = await follow(subscriptions, { job: id }, null, other.sink);
    await note(log, id, 1);
    await until(() => other.facts().length === 1, 'the note');
    const reader = createReader();
    const { write } = reader.sink;
    reader.sink.write = (chunk) => {
      write(chunk);
      reader.block();
    };
    const position = formatPosition({ epoch: store.epoch, n: 1 });
    const second = await follow(subscriptions, { job: id }, position, reader.sink);
    await note(log, id, 2);
    await until(() => other.facts().length === 2, 'the second note');
    expect(reader.facts().map(({ seq }) => seq)).toEqual([2]);
    reader.unblock();
    await until(() => reader.facts().length === 2, 'the rest');
    expect(reader.facts().map(({ seq }) => seq)).toEqual([2, 3]);
    for (const { subscription } of [first, second]) subscription.close();
    close();
  });

  it('hears of an end whose hint was lost within 3 s', async () => {
    let lose = false;
    const { log, subscriptions, close } = house(() => (lose ? 'lose' : 'pass'));
    const id = await submit(log);
    const reader = createReader();
    const { subscription } = await follow(subscriptions, { job: id }, null, reader.sink);
    lose = true;
    await cancel(log, id);
    const startMs = performance.now();
    await until(() => reader.facts().some(isTerminal), 'the lost end');
    expect(performance.now() - startMs).toBeLessThan(3_000);
    subscription.close();
    close();
  });

  it('RC-LEVEL-1 RC-LEVEL-3: keeps levels behind the fact they follow and merges them for a reader that is behind', async () => {
    const { bus, log, subscriptions, close } = house();
    const id = await submit(log);
    const reader = createReader();
    const { subscription } = await follow(subscriptions, { job: id }, null, reader.sink);
    const place = (tick: number, after: number): Level => ({
      kind: 'place',
      attempt: 0,
      after,
      tick,
      position: tick,
      waiting: 9,
      reason: 'in_line',
      message: '',
    });
    const publish = (level: Level): void => bus.publishLevel({ jobId: id, owner: OWNER.owner, level, preview: null });
    publish(place(1, 1));
    await until(() => reader.messages.length === 1, 'the first level');
    reader.block();
    for (const tick of sequence(2, 50)) publish(place(tick, 1));
    await note(log, id, 1);
    publish(place(51, 2));
    reader.unblock();
    await until(() => reader.facts().length === 1, 'the fact');
    await until(() => reader.messages.at(-1)?.level?.tick === 51, 'the newest level');
    expect(reader.messages.length).toBeLessThanOrEqual(4);
    publish(place(60, 3)); // ahead of its fact
    await note(log, id, 2);
    await until(() => reader.facts().length === 2, 'the fact that the level follows');
    await until(() => reader.messages.at(-1)?.level?.tick === 60, 'the level that was ahead');
    expect(reader.messages.findIndex(({ level }) => level?.tick === 60)).toBe(reader.messages.length - 1);
    subscription.close();
    close();
  });
});

describe('the replay seam', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.constant('note' as const) },
    { weight: 4, arbitrary: fc.constant('level' as const) },
    { weight: 2, arbitrary: fc.constant('cut' as const) },
    { weight: 2, arbitrary: fc.constant('block' as const) },
    { weight: 2, arbitrary: fc.constant('unblock' as const) },
    { weight: 2, arbitrary: fc.constant('turn' as const) },
  );
  const fates = fc.infiniteStream(
    fc.constantFrom(
      'pass' as const,
      'pass' as const,
      'pass' as const,
      'lose' as const,
      'double' as const,
      'delay' as const,
    ),
  );

  it('loses nothing and repeats nothing for cuts and stalls at any point, with a bus that loses hints', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 40 }),
        fates,
        fc.boolean(),
        async (steps, fate, asFeed) => {
          const { bus, log, subscriptions, close } = house(() => fate.next().value, 10);
          const target: Target = asFeed ? { feed: {} } : { job: '' };
          const id = await submit(log);
          if ('job' in target) target.job = id;
          const seen: Message[] = [];
          let reader = createReader();
          // From the very start of this job: its position 0, or the feed just before it.
          const first = asFeed ? ((await store.find(id, null))?.cursor ?? 1) : 1;
          let position = formatPosition({ epoch: store.epoch, n: first - 1 });
          let { subscription } = await follow(subscriptions, target, position, reader.sink);
          let tick = 0;
          let last = 1;

          const take = (): void => {
            seen.push(...reader.messages);
            const fact = reader.messages.findLast((message) => message.fact !== undefined);
            position = (asFeed ? fact?.cursor : fact?.position) ?? position;
          };
          for (const what of steps) {
            if (what === 'note') {
              last += 1;
              await note(log, id, last);
            } else if (what === 'level') {
              tick += 1;
              const level: Level = {
                kind: 'place',
                attempt: 0,
                after: last,
                tick,
                position: 1,
                waiting: 1,
                reason: 'in_line',
                message: '',
              };
              bus.publishLevel({ jobId: id, owner: OWNER.owner, level, preview: null });
            } else if (what === 'block') reader.block();
            else if (what === 'unblock') reader.unblock();
            else if (what === 'turn') await new Promise((resolve) => setImmediate(resolve));
            else {
              subscription.close();
              take();
              reader = createReader();
              ({ subscription } = await follow(subscriptions, target, position, reader.sink));
            }
          }
          reader.unblock();
          await cancel(log, id);
          await until(() => reader.facts().some(isTerminal), 'the end');
          subscription.close();
          take();
          close();

          const facts = seen.flatMap(({ fact }) => (fact === undefined ? [] : [fact]));
          expect(facts.map(({ seq }) => seq)).toEqual(sequence(1, last + 1));
          checkLevels(seen);
        },
      ),
      { numRuns: 150, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
    );
  });

  function checkLevels(messages: readonly Message[]): void {
    let seq = 0;
    let newest: Level | null = null;
    for (const { fact, level } of messages) {
      if (fact !== undefined) seq = fact.seq;
      if (level === undefined) continue;
      expect(level.after).toBeLessThanOrEqual(seq);
      // After a cut the newest level is told again; never an older one.
      if (newest !== null) expect(compareStamps(level, newest)).toBeGreaterThanOrEqual(0);
      newest = level;
    }
  }
});
