import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SocketRoute } from '../../dialect.js';
import {
  createFeedHouse,
  FEED_HOUSE_NOW_MS,
  type FeedHouse,
  type FeedSocket,
} from '../../dialect-exam/feed-house.contract.js';
import type { Fact } from '../../events.js';
import { legalLog } from '../../fixtures/legal-histories.js';
import { isEnded } from '../../reduce.js';
import { artistSessionDialect, type MessageType, messageSchema } from './index.js';

interface Heard {
  type: string;
  timestamp: string;
  session_id?: string;
  progress_percent?: number;
  step?: number;
  action?: string;
  data?: { filename?: string };
}
type Doing =
  | { do: 'say'; session: string }
  | { do: 'progress'; job: string; part: number }
  | { do: 'step'; which: number }
  | { do: 'tick' }
  | { do: 'flush' };

const [route] = artistSessionDialect.sockets as [SocketRoute];
const JOBS = 4;
/** The time of what is looked up; what is live has the time of its job. */
const LOOKED_UP_AT = new Date(FEED_HOUSE_NOW_MS).toISOString();
const job = fc.constantFrom(...[...Array(JOBS).keys()].map((n) => `job-${n + 1}`));
const between = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('say' as const), session: job }),
    fc.record({
      do: fc.constant('progress' as const),
      job,
      part: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })),
    }),
    fc.record({ do: fc.constant('step' as const), which: fc.nat(3) }),
    fc.constant({ do: 'tick' as const }),
    fc.constant({ do: 'flush' as const }),
  ),
  { maxLength: 6 },
);
/** One owner's jobs: client ids are an owner's own. */
const log = legalLog({ jobs: JOBS }).map((entries) =>
  entries.map(({ fact }): Fact => {
    if (fact.type !== 'queued') return fact;
    return { ...fact, clientId: fact.clientId === null ? null : `own-${fact.jobId}` };
  }),
);
const story = fc.record({ log, between: fc.infiniteStream(between) });

/** Lives through a story; at the end everything under way has been answered and heard. */
async function live(
  house: FeedHouse,
  socket: FeedSocket,
  told: { log: readonly Fact[]; between: Iterator<readonly Doing[]> },
  subscribes: boolean,
): Promise<Set<string>> {
  const named = new Set<string>();
  // Whoever is to hear everything is there before anything happens.
  if (!subscribes) while (await socket.step()) house.flush();
  for (const fact of told.log) {
    for (const doing of told.between.next().value as readonly Doing[]) {
      if (doing.do === 'step') await socket.step(doing.which);
      else if (doing.do === 'flush') house.flush();
      else if (doing.do === 'tick') socket.tick();
      else if (doing.do === 'progress') house.progress(doing.job, doing.part);
      else if (subscribes) {
        named.add(doing.session);
        socket.say({ type: 'subscribe', session_id: doing.session });
      }
    }
    house.append(fact);
  }
  while (await socket.step()) house.flush();
  house.flush();
  return named;
}

const read = (socket: FeedSocket): Heard[] => socket.frames.map((frame) => JSON.parse(frame as string) as Heard);

function bySession(messages: readonly Heard[]): Map<string, Heard[]> {
  const sessions = new Map<string, Heard[]>();
  for (const message of messages) {
    if (message.session_id === undefined || message.type === 'custom') continue;
    sessions.set(message.session_id, [...(sessions.get(message.session_id) ?? []), message]);
  }
  return sessions;
}

/** What holds for the messages of any session on any socket. */
function keepsTheRules(messages: readonly Heard[]): void {
  const types = messages.map(({ type }) => type);
  const count = (...of: string[]) => types.filter((type) => of.includes(type)).length;
  expect([count('generation_start') <= 1, count('progress') <= 1]).toEqual([true, true]);
  const ends = count('generation_complete', 'generation_error');
  expect(ends).toBeLessThanOrEqual(1);
  const start = types.indexOf('generation_start');
  if (start >= 0) expect(start).toBe(0);
  // A socket that comes in the very moment of the end may hear nothing but the end.
  else expect(types.filter((type) => type === 'generation_progress').length).toBeLessThanOrEqual(ends);
  const texts = messages.map(({ timestamp, ...said }) => ({ lookedUp: timestamp === LOOKED_UP_AT, said }));
  for (const [index, { lookedUp, said }] of texts.entries())
    if (lookedUp) for (const before of texts.slice(0, index)) expect(said).not.toEqual(before.said);
  if (ends === 1) expect(['generation_complete', 'generation_error']).toContain(types.at(-1));
  for (const figure of ['progress_percent', 'step'] as const) {
    const figures = messages.flatMap((message) => message[figure] ?? []);
    expect(figures).toEqual([...figures].sort((left, right) => left - right));
  }
}

describe('the rules of sessions, over any lives of jobs, answers in any order and any subscribes', () => {
  it('ALL-10: every message has all its fields; start and end come once, progress never falls', async () => {
    await fc.assert(
      fc.asyncProperty(story, fc.boolean(), async (told, subscribes) => {
        const house = createFeedHouse(artistSessionDialect);
        const socket = house.connect(route);
        await live(house, socket, told, subscribes);
        const messages = read(socket);
        for (const message of messages)
          expect(messageSchema(message.type as MessageType).safeParse(message).error?.issues ?? []).toEqual([]);
        for (const session of bySession(messages).values()) keepsTheRules(session);
      }),
      { numRuns: 300 },
    );
  });

  it('tells a socket that never subscribed all of every session, a success with 100 % before it', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (told) => {
        const house = createFeedHouse(artistSessionDialect);
        const socket = house.connect(route);
        await live(house, socket, told, false);
        const sessions = bySession(read(socket));
        expect(sessions.size).toBe(house.jobs().filter(({ kind }) => kind === 'image').length);
        for (const messages of sessions.values()) {
          const types = messages.map(({ type }) => type);
          expect(types.at(-1)).toMatch(/^generation_(complete|error)$/);
          if (types.length > 1) expect(types[0]).toBe('generation_start');
          if (types.at(-1) === 'generation_complete') expect(messages.at(-2)?.progress_percent).toBe(100);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('tells a socket the end of each session that it named, and nothing of others after its first subscribe', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (told) => {
        const house = createFeedHouse(artistSessionDialect);
        const socket = house.connect(route);
        socket.say({ type: 'subscribe', session_id: 'nobody' });
        const named = await live(house, socket, told, true);
        const sessions = bySession(read(socket));
        const wanted = house.jobs().filter((each) => each.kind === 'image' && isEnded(each) && named.has(each.id));
        const heard = [...sessions.values()].flat().filter(({ type }) => /^generation_(complete|error)$/.test(type));
        expect(heard.length).toBe(wanted.length);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps a page that puts up and takes down what the gallery says in step with the images that stand', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (told) => {
        const house = createFeedHouse(artistSessionDialect);
        const socket = house.connect(route);
        while (await socket.step()) house.flush();
        await live(house, socket, { ...told, log: withGone(told.log) }, true);
        const shown = new Set<string>();
        for (const { type, action, data } of read(socket)) {
          if (type !== 'gallery_update' || data?.filename === undefined) continue;
          if (action === 'new_image') shown.add(data.filename);
          if (action === 'deleted') shown.delete(data.filename);
          if (action === 'featured') expect([...shown]).toContain(data.filename);
        }
        const standing = house.jobs().flatMap((each) => (each.kind === 'image' ? each.outputs : []));
        expect([...shown].sort()).toEqual(standing.map(({ artifact }) => `${artifact.id}.png`).sort());
      }),
      { numRuns: 200 },
    );
  });
});

/** As the queue writes removals: with what is gone. */
function withGone(log: readonly Fact[]): Fact[] {
  const standing = new Map<string, Map<number, string>>();
  return log.map((fact) => {
    const slots = standing.get(fact.jobId) ?? new Map<number, string>();
    standing.set(fact.jobId, slots);
    if (fact.type === 'output' && fact.artifact !== null) slots.set(fact.slot, fact.artifact.id);
    if (fact.type !== 'removed') return fact;
    const gone = [...slots].filter(([, id]) => fact.artifactId === null || id === fact.artifactId);
    for (const [slot] of gone) slots.delete(slot);
    return { ...fact, gone: gone.map(([, id]) => ({ id, mediaType: 'image/png' })) };
  });
}
