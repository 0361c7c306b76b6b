import { type Fact, type FactBody, type Job, type Level, type LoggedFact, reduce } from '@rendercast/protocol';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Bus, BusListener, CarriedLevel, Interest, Listening } from './bus.js';

/** More than a busy machine needs. */
const SOON = { timeout: 15_000 };

export interface BusExam {
  name: string;
  /** Two ends of one bus: of two processes, or of one and the same. */
  open(): Promise<{ bus: Bus; peer: Bus; close(): Promise<void> }>;
}

const AT = '2026-05-01T10:00:00.000Z';
const TIMINGS = { queuedMs: 1, runMs: 2, totalMs: 3 };
const PROGRESS = { fraction: 0.5, stage: 'base', step: 5, steps: 10, etaMs: null, elapsedMs: 400 };
const STARTED: FactBody = { type: 'started', attempt: 1, engine: 'rehearsal', backend: 'one' };
const SUCCEEDED: FactBody = { type: 'succeeded', attempt: 1, progress: PROGRESS, timings: TIMINGS };

let lastId = 0;
/** An id that no other test uses. */
export const nextJobId = (): string => `job-${process.pid}-${String((lastId += 1)).padStart(6, '0')}`;

/** A job's facts as the log tells them: `queued`, then what is given; each call goes on where the last one stopped. */
export function historyOf(jobId: string, over: Partial<Extract<FactBody, { type: 'queued' }>> = {}) {
  const first: FactBody = {
    type: 'queued',
    kind: 'image',
    engine: 'auto',
    request: { prompt: 'a red fox under a yellow moon' },
    seed: 7,
    owner: 'ann',
    clientId: null,
    via: 'native',
    priority: 0,
    tags: [],
    batch: null,
    retryOf: null,
    startBy: null,
    ...over,
  };
  let job: Job | null = null;
  const add = (body: FactBody): LoggedFact => {
    const fact: Fact = { jobId, seq: (job?.seq ?? 0) + 1, at: AT, ...body };
    job = reduce(job, fact);
    return { fact, job, cursor: 1_000 + fact.seq };
  };
  return { queued: () => add(first), started: () => add(STARTED), succeeded: () => add(SUCCEEDED), add };
}

export function progressOf(jobId: string, tick: number, over: Partial<Level> = {}): CarriedLevel {
  const level = { kind: 'progress', attempt: 1, after: 2, tick, ...PROGRESS, ...over } as Level;
  return { jobId, owner: 'ann', level, preview: null };
}

export function previewOf(jobId: string, tick: number, bytes: Uint8Array): CarriedLevel {
  const level: Level = {
    kind: 'preview',
    ...{ attempt: 1, after: 2, tick },
    ...{ mediaType: 'image/webp', width: 8, height: 8, sizeBytes: bytes.length },
  };
  return { jobId, owner: 'ann', level, preview: { mediaType: 'image/webp', bytes } };
}

/** A listener that writes down what it is told. */
export function createHearer() {
  const facts: LoggedFact[] = [];
  const levels: CarriedLevel[] = [];
  const heard = { facts, levels, missed: 0 };
  const listener: BusListener = {
    facts: (logged) => void facts.push(...logged),
    level: (carried) => void levels.push(carried),
    missed: () => void (heard.missed += 1),
  };
  return {
    ...{ facts, levels, listener },
    missed: () => heard.missed,
    seqs: () => facts.map(({ fact }) => `${fact.jobId}#${fact.seq}`),
    ticks: () => levels.map(({ level }) => level.tick),
  };
}

const stops: (() => Promise<void> | void)[] = [];

/** The exam that every driver of the port passes. */
export function busContract(exam: BusExam): void {
  describe(`the bus on ${exam.name}`, () => {
    afterEach(async () => {
      for (const stop of stops.splice(0).reverse()) await stop();
    });

    async function opened() {
      const ends = await exam.open();
      stops.push(() => ends.close());
      return ends;
    }

    async function hearer(bus: Bus, interest: Interest) {
      const hears = createHearer();
      const listening: Listening = await bus.listen(interest, hears.listener);
      return { ...hears, ...listening };
    }

    test('facts reach those who listen to their job and those who listen to everything, each once, and nobody else', async () => {
      const { bus, peer } = await opened();
      const [job, other] = [nextJobId(), nextJobId()];
      const one = await hearer(bus, { job });
      const all = await hearer(bus, { all: true });
      const stranger = await hearer(bus, { job: other });
      const history = historyOf(job);
      peer.publishFacts([history.queued(), history.started()]);
      const elsewhere = historyOf(other);
      peer.publishFacts([elsewhere.queued()]);
      await vi.waitFor(() => {
        expect(one.seqs()).toEqual([`${job}#1`, `${job}#2`]);
        expect(all.seqs().sort()).toEqual([`${job}#1`, `${job}#2`, `${other}#1`]);
        expect(stranger.seqs()).toEqual([`${other}#1`]);
      }, SOON);
    });

    test('a fact comes as it was told, to the last field', async () => {
      const { bus, peer } = await opened();
      const job = nextJobId();
      const one = await hearer(bus, { job });
      const logged = historyOf(job, { request: { prompt: 'Füchse 🦊 \u0000 "quoted"', extra: { deep: [1, null] } } });
      const told = logged.queued();
      peer.publishFacts([told]);
      await vi.waitFor(() => expect(one.facts).toEqual([told]), SOON);
    });

    test('nothing that is told after `listen` has resolved is missed', async () => {
      const { bus, peer } = await opened();
      const jobs = Array.from({ length: 40 }, nextJobId);
      const heard = await Promise.all(
        jobs.map(async (job) => {
          const one = await hearer(bus, { job });
          peer.publishFacts([historyOf(job).queued()]);
          return one;
        }),
      );
      await vi.waitFor(() => expect(heard.flatMap((one) => one.seqs())).toEqual(jobs.map((job) => `${job}#1`)), SOON);
    });

    test('RC-LEVEL-1: a level that is older than what was told is neither told nor kept', async () => {
      const { bus, peer } = await opened();
      const job = nextJobId();
      const one = await hearer(bus, { job });
      for (const tick of [5, 3, 5, 9]) peer.publishLevel(progressOf(job, tick));
      peer.publishLevel(progressOf(job, 99, { attempt: 0 }));
      await vi.waitFor(() => expect(one.ticks().at(-1)).toBe(9), SOON);
      peer.publishLevel(progressOf(job, 1, { after: 3 }));
      await vi.waitFor(() => expect(one.ticks().at(-1)).toBe(1), SOON); // a newer fact makes it newer
      const ticks = one.ticks().filter((tick) => tick !== 5); // those of one turn may be merged
      expect(ticks).toEqual([9, 1]);
      expect(bus.latest(job).levels.progress?.tick).toBe(1);
    });

    test('who comes late has the newest level of each kind as soon as `listen` resolves', async () => {
      const { bus, peer } = await opened();
      const job = nextJobId();
      const early = await hearer(bus, { job });
      peer.publishLevel(progressOf(job, 1));
      peer.publishLevel(progressOf(job, 2));
      await vi.waitFor(() => expect(early.ticks()).toContain(2), SOON);
      early.stop();
      await hearer(bus, { job });
      expect(bus.latest(job).levels).toEqual({ progress: progressOf(job, 2).level });
    });

    test('levels of jobs that nobody here listens to can be asked for; jobs without any are left out', async () => {
      const { bus, peer } = await opened();
      const [job, silent] = [nextJobId(), nextJobId()];
      peer.publishLevel(progressOf(job, 4));
      await vi.waitFor(async () => {
        const newest = await bus.newest([job, silent]);
        expect([...newest]).toEqual([[job, { levels: { progress: progressOf(job, 4).level }, preview: null }]]);
      }, SOON);
    });

    test('with its end the levels of a job are forgotten', async () => {
      const { bus, peer } = await opened();
      const job = nextJobId();
      const one = await hearer(bus, { job });
      peer.publishLevel(progressOf(job, 1));
      await vi.waitFor(() => expect(bus.latest(job).levels.progress?.tick).toBe(1), SOON);
      const history = historyOf(job);
      peer.publishFacts([history.queued(), history.started(), history.succeeded()]);
      await vi.waitFor(() => expect(one.seqs()).toHaveLength(3), SOON);
      expect(bus.latest(job).levels).toEqual({});
      await vi.waitFor(async () => expect((await peer.newest([job])).size).toBe(0), SOON);
    });

    test('who wants facts only is told no levels', async () => {
      const { bus, peer } = await opened();
      const job = nextJobId();
      const plain = await hearer(bus, { job, levels: false });
      const full = await hearer(bus, { job });
      peer.publishLevel(progressOf(job, 1));
      await vi.waitFor(() => expect(full.ticks()).toEqual([1]), SOON);
      peer.publishFacts([historyOf(job).queued()]);
      await vi.waitFor(() => expect(plain.seqs()).toEqual([`${job}#1`]), SOON);
      expect(plain.levels).toEqual([]);
    });

    test.each([
      ['of a job', (job: string): Interest => ({ job })],
      ['of everything', (): Interest => ({ all: true })],
    ])('previews are wanted while a listener %s wants them, and come as they are', async (_, interestIn) => {
      const { bus, peer } = await opened();
      const job = nextJobId();
      expect(peer.wantsPreviews(job)).toBe(false);
      const one = await hearer(bus, interestIn(job));
      one.wantPreviews(true);
      await vi.waitFor(() => expect(peer.wantsPreviews(job)).toBe(true), { timeout: 5_000 });
      const bytes = new Uint8Array(7_000).map((_, at) => at % 251);
      let tick = 0;
      await vi.waitFor(() => {
        tick += 1;
        peer.publishLevel(previewOf(job, tick, bytes));
        expect(one.levels.filter(({ level }) => level.kind === 'preview')).not.toEqual([]);
      }, SOON);
      expect(one.levels.at(-1)?.preview).toEqual({ mediaType: 'image/webp', bytes });
      expect(bus.latest(job).preview?.bytes).toEqual(bytes);
      expect((await peer.newest([job])).get(job)?.preview?.bytes).toEqual(bytes);
      one.wantPreviews(false);
      await vi.waitFor(() => expect(peer.wantsPreviews(job)).toBe(false), { timeout: 5_000 });
    });

    test('a place in the line is told in this process', async () => {
      const { bus } = await opened();
      const job = nextJobId();
      const one = await hearer(bus, { job });
      const place = { kind: 'place', attempt: 0, after: 1, tick: 1, position: 3, waiting: 9 } as const;
      const level: Level = { ...place, reason: 'in_line', message: 'Third in line.' };
      bus.publishLevel({ jobId: job, owner: 'ann', level, preview: null });
      expect(one.levels.map((carried) => carried.level)).toEqual([level]);
      expect(bus.latest(job).levels.place).toEqual(level);
    });

    test('what is watched is known, and a listener that has stopped hears nothing', async () => {
      const { bus, peer } = await opened();
      const job = nextJobId();
      const stopped = await hearer(bus, { job });
      const stays = await hearer(bus, { job });
      const all = await hearer(bus, { all: true });
      expect(bus.watched()).toEqual({ jobs: new Set([job]), all: true });
      stopped.stop();
      stopped.stop();
      all.stop();
      expect(bus.watched()).toEqual({ jobs: new Set([job]), all: false });
      peer.publishFacts([historyOf(job).queued()]);
      await vi.waitFor(() => expect(stays.seqs()).toEqual([`${job}#1`]), SOON);
      expect([stopped.facts, all.facts]).toEqual([[], []]);
      stays.stop();
      expect(bus.watched()).toEqual({ jobs: new Set(), all: false });
    });

    test('a job that is listened to again at once is still heard', async () => {
      const { bus, peer } = await opened();
      const job = nextJobId();
      for (let turn = 0; turn < 20; turn += 1) (await hearer(bus, { job })).stop();
      const one = await hearer(bus, { job });
      peer.publishFacts([historyOf(job).queued()]);
      await vi.waitFor(() => expect(one.seqs()).toEqual([`${job}#1`]), SOON);
    });

    test('it is well, has dropped nothing, and tells nobody anything once it is closed', async () => {
      const { bus, peer } = await opened();
      const job = nextJobId();
      const one = await hearer(bus, { job });
      expect(bus.health()).toMatchObject({ degraded: null, losses: 0, dropped: { hints: 0, levels: 0, garbage: 0 } });
      await bus.close();
      peer.publishFacts([historyOf(job).queued()]);
      bus.publishLevel(progressOf(job, 1));
      expect([one.facts, one.levels]).toEqual([[], []]);
    });
  });
}
