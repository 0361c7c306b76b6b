import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SocketRoute } from '../../dialect.js';
import { createFeedHouse, type FeedHouse, type FeedSocket } from '../../dialect-exam/feed-house.contract.js';
import { legalLog } from '../../fixtures/legal-histories.js';
import { isEnded } from '../../reduce.js';
import { type MessageType, messageSchema, progressFeedDialect } from './index.js';

/** A message of either form, as a client reads it. */
interface Heard {
  type: string;
  job_id?: string;
  progress?: number;
  data?: { job_id?: string; job_ids?: string[] | null; progress?: number; status?: string };
}

const [plain] = progressFeedDialect.sockets as [SocketRoute];
const JOBS = 4;
const named = fc.subarray([...Array(JOBS).keys()].map((n) => `job-${n + 1}`));
const subscribe = fc.record({
  type: fc.constant('subscribe'),
  job_ids: fc.oneof(fc.constant(null), named),
  include_previews: fc.boolean(),
});
/** What happens between two facts, in an order that nobody promises. */
const between = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('say' as const), message: subscribe }),
    fc.record({
      do: fc.constant('progress' as const),
      job: fc.integer({ min: 1, max: JOBS }),
      part: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })),
    }),
    fc.record({ do: fc.constant('step' as const), which: fc.nat(3) }),
    fc.constant({ do: 'flush' as const }),
  ),
  { maxLength: 6 },
);
/** One owner's jobs: client ids are an owner's own. */
const log = legalLog({ jobs: JOBS }).map((entries) =>
  entries.map(({ fact }) => {
    if (fact.type !== 'queued') return { fact };
    return { fact: { ...fact, clientId: fact.clientId === null ? null : `own-${fact.jobId}` } };
  }),
);
const story = fc.record({ log, between: fc.infiniteStream(between) });

/** Lives through a story; at the end everything under way has been answered and heard. */
async function live(
  house: FeedHouse,
  socket: FeedSocket,
  told: { log: readonly { fact: Parameters<FeedHouse['append']>[0] }[]; between: Iterator<readonly Doing[]> },
  says: boolean,
): Promise<void> {
  for (const { fact } of told.log) {
    for (const doing of told.between.next().value as readonly Doing[]) {
      if (doing.do === 'step') await socket.step(doing.which);
      else if (doing.do === 'flush') house.flush();
      else if (doing.do === 'progress') house.progress(`job-${doing.job}`, doing.part);
      else if (says) socket.say(doing.message);
    }
    house.append(fact);
  }
  while (await socket.step()) house.flush();
  house.flush();
}
type Doing =
  | { do: 'say'; message: { type: string; job_ids: string[] | null } }
  | { do: 'progress'; job: number; part: number }
  | { do: 'step'; which: number }
  | { do: 'flush' };

const shownAs = (jobId: string): string[] => [jobId, `own-${jobId}`];
const firstOr = (states: readonly string[], state: string): number =>
  states.includes(state) ? states.indexOf(state) : states.length;
const read = (socket: FeedSocket): Heard[] => socket.frames.map((frame) => JSON.parse(frame as string) as Heard);
const idOf = (message: Heard) => message.data?.job_id ?? message.job_id;
const perJob = (messages: readonly Heard[]): Map<string, Heard[]> => {
  const jobs = new Map<string, Heard[]>();
  for (const message of messages) {
    const id = idOf(message);
    if (id !== undefined) jobs.set(id, [...(jobs.get(id) ?? []), message]);
  }
  return jobs;
};

describe('the rules of the feed, over any lives of jobs, answers in any order and any subscribes', () => {
  it('ALL-10: each job starts once and first, never falls, and ends once, with its last progress just before', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (told) => {
        const house = createFeedHouse(progressFeedDialect);
        const socket = house.connect(plain);
        await live(house, socket, told, true);
        const wrapped = read(socket).filter(({ data }) => data !== undefined);
        for (const message of wrapped)
          expect(messageSchema(message.type as MessageType).safeParse(message).error?.issues ?? []).toEqual([]);
        const retried = new Set(told.log.flatMap(({ fact }) => (fact.type === 'retrying' ? shownAs(fact.jobId) : [])));
        for (const [id, messages] of perJob(wrapped)) {
          const types = messages.map(({ type }) => type);
          const states = messages.flatMap(({ data }) => (data?.status === undefined ? [] : [data.status]));
          // Nothing that was heard comes again, be it from the log or looked up before it happened.
          const told = messages
            .filter(({ data }) => data?.status === 'pending')
            .map((message) => JSON.stringify(message));
          expect(told).toEqual([...new Set(told)]);
          if (!retried.has(id)) expect(states.lastIndexOf('pending')).toBeLessThan(firstOr(states, 'running'));
          expect(types.filter((type) => type === 'generation_started').length).toBeLessThanOrEqual(1);
          const running = messages.findIndex(({ data }) => data?.status === 'running');
          const started = types.indexOf('generation_started');
          if (started >= 0 && running >= 0) expect(started).toBeLessThan(running);
          const fractions = messages.flatMap(({ data }) => (data?.progress === undefined ? [] : [data.progress]));
          expect(fractions).toEqual([...fractions].sort((left, right) => left - right));
          const end = types.indexOf('generation_complete');
          if (end < 0) continue;
          expect(end).toBe(types.length - 1);
          expect(types[end - 1]).toBe('progress_update');
          expect(messages[end - 1]?.data?.status).toBe(messages[end]?.data?.status);
          if (messages[end]?.data?.status === 'completed') expect(fractions.at(-1)).toBe(1);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('confirms every subscribe in order, and tells the end of every job that was named', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (told) => {
        const house = createFeedHouse(progressFeedDialect);
        const socket = house.connect(plain);
        const said: (string[] | null)[] = [];
        const { say } = socket;
        const noting: FeedSocket = {
          ...socket,
          frames: socket.frames,
          step: (which) => socket.step(which),
          say(message) {
            said.push((message as { job_ids: string[] | null }).job_ids);
            say(message);
          },
        };
        await live(house, noting, told, true);
        const messages = read(socket);
        const confirmed = messages.filter(({ type }) => type === 'subscription_confirmed');
        expect(confirmed.map(({ data }) => data?.job_ids)).toEqual(said);
        const wanted = new Set(said.flatMap((ids) => ids ?? []));
        const ends = messages.filter(({ type, data }) => type === 'generation_complete' && data !== undefined).length;
        const named = house.jobs().filter((job) => job.kind === 'image' && isEnded(job) && wanted.has(job.id));
        expect(ends).toBeGreaterThanOrEqual(named.length);
      }),
      { numRuns: 200 },
    );
  });

  it('tells sockets that never subscribe of every job, flat, never falling, with 100 last', async () => {
    await fc.assert(
      fc.asyncProperty(story, fc.boolean(), async (told, early) => {
        const house = createFeedHouse(progressFeedDialect);
        const socket = house.connect(plain);
        await socket.step();
        await socket.step();
        if (early) socket.tick();
        await live(house, socket, told, false);
        socket.tick();
        const [hello, ...flat] = read(socket);
        expect(hello?.type).toBe('connected');
        const jobs = perJob(flat);
        expect(jobs.size).toBe(house.jobs().filter(({ kind }) => kind === 'image').length);
        for (const messages of jobs.values()) {
          const types = messages.map(({ type }) => type);
          const percents = messages.flatMap(({ progress }) => (progress === undefined ? [] : [progress]));
          expect(percents).toEqual([...percents].sort((left, right) => left - right));
          if (types.includes('error')) expect(types.filter((type) => type !== 'progress')).toEqual(['error']);
          else
            expect([types.filter((type) => type === 'result').length, types.at(-2), percents.at(-1)]).toEqual([
              1,
              'result',
              100,
            ]);
          expect(percents.filter((percent) => percent === 100).length).toBe(types.includes('error') ? 0 : 1);
        }
      }),
      { numRuns: 200 },
    );
  });
});
