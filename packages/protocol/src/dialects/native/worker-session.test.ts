import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Effect, Outcome, Session } from '../../dialect.js';
import { RendercastError } from '../../errors.js';
import type { Standing, Work } from '../../worker/messages.js';
import { type HouseMessage, houseMessageSchema } from '../../worker/socket-messages.js';
import { INIT, NOW_MS } from './fixtures/session-talk.js';
import { HELLO_WITHIN_MS, MAX_EARLY_MESSAGES } from './session.js';
import { createWorkerSession } from './worker-session.js';

const about = { worker: 'gpu-1', engine: 'far', kinds: ['image'] };
const held = { jobId: 'j_1', lease: '1.open' };
const WORK: Work = {
  ...held,
  attempt: 1,
  leaseMs: 15_000,
  kind: 'image',
  request: { prompt: 'x' },
  seed: 1,
  handle: null,
};

/** A socket and what it asked of the house; the house answers when the test says so. */
function openTalk(init: Partial<typeof INIT> = {}) {
  const session: Session = createWorkerSession({ ...INIT, ...init });
  const said: HouseMessage[] = [];
  const calls: string[] = [];
  const others: Effect[] = [];
  function take(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.do === 'send') said.push(houseMessageSchema.parse(JSON.parse(String(effect.frame))));
      else if (effect.do === 'call') calls.push(effect.tag);
      else others.push(effect);
    }
  }
  take(session.open(NOW_MS));
  return {
    session,
    said,
    calls,
    others,
    say: (message: unknown) => take(session.message(JSON.stringify(message), NOW_MS)),
    /** The house answers the oldest call, or the one after so many others. */
    answer(outcome: Outcome, after = 0) {
      const [tag = ''] = calls.splice(after, 1);
      take(session.settled(tag, outcome, NOW_MS));
    },
    take,
  };
}

const good = (value: unknown): Outcome => ({ ok: true, value });
const bad = (code: ConstructorParameters<typeof RendercastError>[0]): Outcome => ({
  ok: false,
  error: new RendercastError(code),
});
const standing = (now: Standing, wantsPreview = false) => good({ standing: now, wantsPreview });

/** A socket that was welcomed, and has taken a job when asked for. */
function greeted(withWork = false) {
  const talk = openTalk();
  talk.say({ type: 'hello', about });
  talk.answer(good({ jobs: [], leaseMs: 15_000 }));
  if (!withWork) return talk;
  talk.say({ type: 'claim', ref: 'c' });
  talk.answer(good(WORK));
  talk.said.length = 0;
  return talk; // one call is on its way: the watch over the job
}

describe('the socket of a worker', () => {
  test('RC-WORKER-16: welcomes a worker whose key may work, with how its jobs stand, and carries out what came before', () => {
    const talk = openTalk({ authenticated: false });
    talk.say({ type: 'claim' });
    expect(talk.said).toMatchObject([{ type: 'error', error: { code: 'invalid_request' } }]);
    talk.say({ type: 'hello', token: 'key', about, leases: [held, { ...held, jobId: 'j_2' }] });
    expect(talk.others).toContainEqual({ do: 'authenticate', token: 'key' });
    talk.say({ type: 'claim', ref: 'early' });
    talk.take(talk.session.settled('authenticate', good('rig'), NOW_MS));
    const jobs = [
      { jobId: 'j_1', standing: 'held' },
      { jobId: 'j_2', standing: 'superseded' },
    ];
    expect(talk.calls).toHaveLength(1);
    talk.answer(good({ jobs, leaseMs: 9_000 }));
    expect(talk.said.at(-1)).toMatchObject({ type: 'welcome', leaseMs: 9_000, heartbeatMs: 20_000, jobs });
    // The one job that is held is watched, and the claim waits.
    expect(talk.calls).toHaveLength(2);
    expect(talk.others).toContainEqual({ do: 'wake', atMs: null });
  });

  test.each([
    ['forbidden', 4403],
    ['conflict', 1008],
    ['storage_unavailable', 1013],
  ] as const)('RC-WORKER-16: that the house refuses with %s is closed with %s', (code, close) => {
    const talk = openTalk();
    talk.say({ type: 'hello', about });
    talk.answer(bad(code));
    expect(talk.said).toMatchObject([{ type: 'error', error: { code } }]);
    expect(talk.others.at(-1)).toEqual({ do: 'close', code: close, reason: code });
    talk.say({ type: 'ping' });
    expect(talk.said).toHaveLength(1);
  });

  test('RC-WORKER-16: without a hello in time, or with a key that is not known, is closed', () => {
    const silent = openTalk();
    expect(silent.others).toEqual([{ do: 'wake', atMs: NOW_MS + HELLO_WITHIN_MS }]);
    silent.take(silent.session.tick(NOW_MS + HELLO_WITHIN_MS));
    expect(silent.others.at(-1)).toMatchObject({ do: 'close', code: 4401 });
    const keyless = openTalk({ authenticated: false });
    keyless.say({ type: 'hello', about });
    expect(keyless.others.at(-1)).toMatchObject({ do: 'close', code: 4401 });
    const unknown = openTalk({ authenticated: false });
    unknown.say({ type: 'hello', token: 'x', about });
    unknown.take(unknown.session.settled('authenticate', bad('unauthorized'), NOW_MS));
    expect(unknown.others.at(-1)).toMatchObject({ do: 'close', code: 4401 });
  });

  test('RC-WORKER-17: tells at once that a job should stop, and again when it is over, and goes on watching between', () => {
    const talk = greeted(true);
    expect(talk.calls).toHaveLength(1);
    talk.answer(good('canceling'));
    talk.answer(good('superseded'));
    expect(talk.said).toEqual([
      { type: 'standing', ref: null, jobId: 'j_1', standing: 'canceling', wantsPreview: false },
      { type: 'standing', ref: null, jobId: 'j_1', standing: 'superseded', wantsPreview: false },
    ]);
    expect(talk.calls).toHaveLength(0);
  });

  test("RC-WORKER-17: says nothing of what the worker's own last word brought about, whichever is heard first", () => {
    for (const order of ['watch first', 'word first']) {
      const talk = greeted(true);
      talk.say({ type: 'succeed', ref: 's', ...held });
      const word = () => talk.answer(good({ state: 'succeeded' }), talk.calls.length - 1);
      if (order === 'word first') word();
      talk.answer(good('superseded'));
      if (order === 'watch first') word();
      expect(talk.said, order).toEqual([{ type: 'ended', ref: 's', jobId: 'j_1', state: 'succeeded' }]);
    }
  });

  test('RC-WORKER-17: tells what changed while a last word was on its way that was refused', () => {
    const talk = greeted(true);
    talk.say({ type: 'succeed', ref: 's', ...held });
    talk.answer(good('canceling'));
    expect(talk.said).toEqual([]);
    talk.answer(bad('storage_unavailable'));
    expect(talk.said).toMatchObject([{ type: 'error', ref: 's', jobId: 'j_1' }]);
    talk.answer(good('canceling'));
    expect(talk.said.at(-1)).toMatchObject({ type: 'standing', standing: 'canceling' });
  });

  test('RC-WORKER-18: carries out the words about one job one after another, and answers each', () => {
    const talk = greeted(true);
    talk.say({ type: 'report', ref: '1', ...held, stage: { stage: 'base' } });
    talk.say({ type: 'report', ref: '2', ...held, progress: { fraction: 0.1 } });
    talk.say({ type: 'report', ref: '3', ...held, progress: { fraction: 0.2 } });
    talk.say({ type: 'handle', ref: '4', ...held, handle: { a: 1 } });
    expect(talk.calls).toHaveLength(2); // the watch, and the first word
    talk.answer(standing('held', true), 1);
    talk.answer(standing('held'), 1);
    talk.answer(bad('superseded'), 1);
    expect(talk.said).toMatchObject([
      { type: 'standing', ref: '1', wantsPreview: true },
      { type: 'standing', ref: '2' },
      { type: 'standing', ref: '3' },
      { type: 'error', ref: '4', jobId: 'j_1', error: { code: 'superseded' } },
    ]);
    expect(talk.calls).toHaveLength(1);
  });

  test('RC-WORKER-20: has one claim waiting at a time', () => {
    const talk = greeted();
    talk.say({ type: 'claim', ref: 'a' });
    talk.say({ type: 'claim', ref: 'b' });
    expect(talk.said.at(-1)).toMatchObject({ type: 'error', ref: 'b', error: { code: 'conflict' } });
    talk.answer(good(null));
    expect(talk.said.at(-1)).toEqual({ type: 'work', ref: 'a', work: null });
    talk.say({ type: 'claim', ref: 'c' });
    talk.answer(bad('shutting_down'));
    expect(talk.said.at(-1)).toMatchObject({ type: 'error', ref: 'c' });
    talk.say({ type: 'claim', ref: 'd' });
    expect(talk.calls).toHaveLength(1);
  });

  test('RC-WORKER-20: has a bounded number of heartbeats on their way', () => {
    const talk = greeted();
    for (let count = 0; count < 9; count += 1) talk.say({ type: 'heartbeat', ref: `${count}`, leases: [] });
    expect(talk.said.at(-1)).toMatchObject({ type: 'error', ref: '8', error: { code: 'too_many_requests' } });
    talk.answer(good({ jobs: [], leaseMs: 1 }));
    talk.answer(bad('storage_unavailable'));
    talk.say({ type: 'heartbeat', ref: 'again', leases: [] });
    expect(talk.calls).toHaveLength(7);
  });

  test('keeps a bounded number of words that come before the welcome', () => {
    const talk = openTalk();
    talk.say({ type: 'hello', about });
    for (let count = 0; count <= MAX_EARLY_MESSAGES; count += 1) talk.say({ type: 'ping', ref: `${count}` });
    expect(talk.said).toMatchObject([{ type: 'error', error: { code: 'too_many_requests' } }]);
    talk.answer(good({ jobs: [], leaseMs: 1 }));
    expect(talk.said.filter(({ type }) => type === 'pong')).toHaveLength(MAX_EARLY_MESSAGES);
  });

  test('says goodbye when the server goes down, and nothing after it', () => {
    const talk = greeted(true);
    talk.take(talk.session.drain(700, NOW_MS));
    expect(talk.said).toEqual([{ type: 'draining', retryAfterMs: 700 }]);
    expect(talk.others.at(-1)).toEqual({ do: 'close', code: 1012, reason: 'shutting_down' });
    talk.answer(good('canceling'));
    talk.take(talk.session.drain(700, NOW_MS));
    expect(talk.said).toHaveLength(1);
  });

  test('RC-WORKER-1: answers whatever it is sent, understands what comes afterwards, and never throws', () => {
    const word = fc.constantFrom('hello', 'claim', 'heartbeat', 'report', 'handle', 'succeed', 'fail', 'handBack', 'x');
    const near = fc.record({ type: word, jobId: fc.jsonValue(), lease: fc.jsonValue(), leases: fc.jsonValue() });
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      near.map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(anything, fc.uint8Array()), { maxLength: 12 }), fc.boolean(), (frames, early) => {
        const talk = early ? openTalk() : greeted(true);
        for (const frame of frames) talk.take(talk.session.message(frame, NOW_MS));
        expect(talk.others.filter((effect) => effect.do === 'close')).toEqual([]);
        talk.say({ type: 'ping', ref: 'still there' });
        if (!early) expect(talk.said.at(-1)).toEqual({ type: 'pong', ref: 'still there' });
      }),
      { numRuns: 200 },
    );
  });
});
