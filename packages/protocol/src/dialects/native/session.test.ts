import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Followed } from '../../dialect.js';
import { endOf, FULL_PLAN, historyOf } from '../../dialect-exam/histories.contract.js';
import { RendercastError } from '../../errors.js';
import type { Snapshot } from '../../job.js';
import { codes, greeted, NOW_MS, open, others, said, tell } from './fixtures/session-talk.js';
import { HELLO_WITHIN_MS } from './session.js';

const followed = (change: Partial<Followed> = {}): Followed => ({
  topic: 'job:j',
  target: { job: 'j' },
  snapshot: null,
  position: 'k3v9:0',
  reset: null,
  ...change,
});

function snapshotInTheMiddle(): Snapshot {
  const history = historyOf(FULL_PLAN);
  const steps = history.steps.slice(0, endOf(history));
  const logged = steps.flatMap((step) => ('fact' in step ? [step.fact] : [])).at(-1);
  if (logged === undefined) throw new Error('the history is empty');
  const stamp = { attempt: logged.job.attempt, after: logged.job.seq, tick: 5 };
  return {
    job: logged.job,
    position: `k3v9:${logged.job.seq}`,
    levels: {
      progress: {
        kind: 'progress',
        ...stamp,
        fraction: 0.5,
        stage: null,
        step: 15,
        steps: 30,
        etaMs: null,
        elapsedMs: 9,
      },
      preview: { kind: 'preview', ...stamp, mediaType: 'image/jpeg', width: 8, height: 8, sizeBytes: 4 },
    },
  };
}

describe('subscribe', () => {
  test('asks to follow a job from now, with progress and place, without previews', () => {
    expect(tell(greeted(), { type: 'subscribe', job: 'j' })).toEqual([
      { do: 'follow', target: { job: 'j' }, position: null, variant: 'none', levels: ['progress', 'place'] },
    ]);
  });

  test('RC-LEVEL-4: asks for the kinds of level that are wanted and no others', () => {
    const levels = (message: object) =>
      tell(greeted(), { type: 'subscribe', job: 'j', ...message }).flatMap((effect) =>
        effect.do === 'follow' ? [effect.levels] : [],
      );
    expect(levels({ levels: false })).toEqual([[]]);
    expect(levels({ previews: 'url' })).toEqual([['progress', 'place', 'preview']]);
    expect(levels({ levels: false, previews: 'binary' })).toEqual([['preview']]);
  });

  test('asks to follow a feed from a cursor', () => {
    expect(
      tell(greeted(), {
        type: 'subscribe',
        feed: { kind: 'image', state: ['running'] },
        position: 'k3v9:7',
        previews: 'binary',
      }),
    ).toEqual([
      {
        do: 'follow',
        target: { feed: { kind: 'image', state: ['running'] } },
        position: 'k3v9:7',
        variant: 'binary',
        levels: ['progress', 'place', 'preview'],
      },
    ]);
  });

  test('RC-SUBSCRIBE-1: names a job or a feed, one of them', () => {
    for (const wrong of [{}, { job: 'j', feed: {} }])
      expect(said(tell(greeted(), { type: 'subscribe', ref: 'r', ...wrong }))).toMatchObject([
        { type: 'error', ref: 'r', error: { code: 'invalid_field' } },
      ]);
  });

  test('RC-SUBSCRIBE-2: answers carry the ref they were asked with, in whatever order they come', () => {
    const session = greeted();
    const targets = ['a', 'b', 'a'].map((job, index) => {
      const [effect] = tell(session, { type: 'subscribe', job, ref: String(index) });
      return effect?.do === 'follow' ? effect.target : null;
    });
    const answer = (index: number) =>
      said(session.followed(followed({ topic: `job:${index}`, target: targets[index] ?? { job: '' } }), NOW_MS));
    expect(answer(1)).toMatchObject([{ type: 'subscribed', ref: '1' }]);
    expect(answer(0)).toMatchObject([{ type: 'subscribed', ref: '0' }]);
    expect(said(session.refused({ job: 'a' }, new RendercastError('too_many_requests'), NOW_MS))).toMatchObject([
      { type: 'error', ref: '2', error: { code: 'too_many_requests' } },
    ]);
  });

  test('RC-SUBSCRIBE-2: an answer about a target written another way still finds its ref', () => {
    const session = greeted();
    tell(session, { type: 'subscribe', job: 'my-own-id', ref: 'mine' });
    expect(said(session.followed(followed({ target: { job: 'job_1' } }), NOW_MS))).toMatchObject([{ ref: 'mine' }]);
  });

  test('RC-SUBSCRIBE-3: a job that does not exist yet is subscribed without a snapshot', () => {
    const session = greeted();
    tell(session, { type: 'subscribe', job: 'j', ref: 'r' });
    expect(said(session.followed(followed(), NOW_MS))).toEqual([
      { type: 'subscribed', ref: 'r', topic: 'job:j', snapshot: null, position: 'k3v9:0' },
    ]);
  });

  test('RC-SUBSCRIBE-5 RC-RESUME-2: the snapshot has file addresses and the levels that were asked for', () => {
    const snapshot = snapshotInTheMiddle();
    const answer = (message: object) => {
      const session = greeted();
      tell(session, { type: 'subscribe', job: 'j', ...message });
      const [first] = said(session.followed(followed({ snapshot, position: snapshot.position }), NOW_MS));
      return first?.type === 'subscribed' ? first.snapshot : null;
    };
    const plain = answer({});
    expect(plain?.job.outputs.map(({ artifact }) => [artifact.url, artifact.thumbnailUrl])).toEqual(
      snapshot.job.outputs.map(({ artifact }) => [`/files/${artifact.id}/file`, `/files/${artifact.id}/thumbnail`]),
    );
    expect(plain?.job.outputs.length).toBeGreaterThan(0);
    expect(Object.keys(plain?.levels ?? {})).toEqual(['progress']);
    expect(answer({ levels: false })?.levels).toEqual({});
    for (const previews of ['url', 'binary'])
      expect(answer({ previews })?.levels.preview).toMatchObject({ url: `/previews/${snapshot.job.id}/5` });
    expect(snapshot.job.outputs[0]?.artifact.url).toBeUndefined();
  });

  test('RC-SUBSCRIBE-6 RC-RESET-1: a position that cannot be used is answered with subscribed, then reset', () => {
    const session = greeted();
    const snapshot = snapshotInTheMiddle();
    tell(session, { type: 'subscribe', job: 'j', ref: 'r', position: 'gone:3' });
    const messages = said(
      session.followed(followed({ snapshot, position: snapshot.position, reset: 'epoch' }), NOW_MS),
    );
    expect(messages).toMatchObject([
      { type: 'subscribed', ref: 'r', topic: 'job:j', snapshot: null },
      {
        type: 'reset',
        topic: 'job:j',
        reason: 'epoch',
        snapshot: { job: { id: snapshot.job.id } },
        position: snapshot.position,
      },
    ]);
  });

  test('RC-RESET-3: a reset of a topic that stands comes by itself, whatever else is being asked', () => {
    const session = greeted();
    const feed = { topic: 'feed:', target: { feed: {} } };
    tell(session, { type: 'subscribe', feed: {}, ref: 'f' });
    session.followed(followed(feed), NOW_MS);
    tell(session, { type: 'subscribe', job: 'j', ref: 'r' });
    expect(said(session.followed(followed({ ...feed, position: 'k3v9:90', reset: 'horizon' }), NOW_MS))).toEqual([
      { type: 'reset', topic: 'feed:', reason: 'horizon', snapshot: null, position: 'k3v9:90' },
    ]);
    expect(said(session.followed(followed(), NOW_MS))).toMatchObject([{ type: 'subscribed', ref: 'r' }]);
  });

  test('RC-SUBSCRIBE-4: asking again for a topic is answered like the first time', () => {
    const session = greeted();
    for (const ref of ['1', '2']) {
      expect(others(tell(session, { type: 'subscribe', job: 'j', ref }))).toMatchObject([{ do: 'follow' }]);
      expect(said(session.followed(followed(), NOW_MS))).toMatchObject([{ type: 'subscribed', ref }]);
    }
    expect(tell(session, { type: 'unsubscribe', topic: 'job:j' })).toEqual([{ do: 'unfollow', topic: 'job:j' }]);
    expect(codes(tell(session, { type: 'unsubscribe', topic: 'job:j' }))).toEqual(['not_found']);
  });
});

describe('the rest of the conversation', () => {
  test('RC-UNSUBSCRIBE-1: ends a topic that stands, and finds no other', () => {
    const session = greeted();
    expect(codes(tell(session, { type: 'unsubscribe', topic: 'job:j' }))).toEqual(['not_found']);
    tell(session, { type: 'subscribe', job: 'j' });
    session.followed(followed(), NOW_MS);
    expect(tell(session, { type: 'unsubscribe', topic: 'job:j' })).toEqual([{ do: 'unfollow', topic: 'job:j' }]);
  });

  test('RC-PING-1: a ping is answered with its ref', () => {
    expect(said(tell(greeted(), { type: 'ping', ref: 'p' }))).toEqual([{ type: 'pong', ref: 'p' }]);
  });

  test('RC-SOCKET-1: unknown fields are ignored', () => {
    expect(said(tell(greeted(), { type: 'ping', ref: 'p', colour: 'red' }))).toEqual([{ type: 'pong', ref: 'p' }]);
  });

  test.each([
    ['text that is not JSON', '{"type":', 'invalid_request'],
    ['no object', '["hello"]', 'invalid_request'],
    ['null', 'null', 'invalid_request'],
    ['no type', '{}', 'invalid_request'],
    ['an unknown type', '{"type":"submit"}', 'invalid_request'],
    ['a type from the prototype', '{"type":"constructor"}', 'invalid_request'],
    ['a binary frame', Uint8Array.of(0, 0, 0, 1, 123), 'invalid_request'],
    ['a field of another type', '{"type":"subscribe","job":7}', 'invalid_field'],
    ['a value out of range', '{"type":"subscribe","job":"j","previews":"all"}', 'invalid_field'],
  ])('RC-SOCKET-2: %s is answered with an error and closes nothing', (_what, data, code) => {
    for (const session of [open(), greeted()]) {
      const effects = session.message(data, NOW_MS);
      expect(codes(effects)).toEqual([code]);
      expect(others(effects)).toEqual([]);
    }
  });

  test('RC-SOCKET-2: a wrong field is named, and the ref comes back if it is one', () => {
    const session = greeted();
    expect(said(tell(session, { type: 'subscribe', ref: 'r', feed: { kind: 'film' } }))).toMatchObject([
      { type: 'error', ref: 'r', error: { code: 'invalid_field', field: 'feed.kind' } },
    ]);
    expect(said(tell(session, { type: 'subscribe', ref: 'r'.repeat(65), job: 'j' }))).toMatchObject([
      { type: 'error', ref: null, error: { field: 'ref' } },
    ]);
  });

  test('RC-DRAIN-1: going down is said with the time to come back, then the socket closes with 1012', () => {
    for (const session of [open(), greeted()])
      expect(session.drain(1_500, NOW_MS)).toEqual([
        { do: 'send', frame: '{"type":"draining","retryAfterMs":1500}' },
        { do: 'close', code: 1012, reason: 'shutting_down' },
      ]);
  });

  test('RC-HTTP-5: an error from inside says no more than the table', () => {
    const session = greeted();
    tell(session, { type: 'subscribe', job: 'j' });
    const effects = session.refused({ job: 'j' }, new RendercastError('internal', 'cannot open /srv/data'), NOW_MS);
    expect(JSON.stringify(effects)).not.toContain('/srv');
    expect(codes(effects)).toEqual(['internal']);
  });

  test('a closed session is silent, whatever still comes in', () => {
    fc.assert(
      fc.property(fc.constantFrom('hello', 'drain', 'tick'), fc.jsonValue(), (how, value) => {
        const session = open({ authenticated: false });
        if (how === 'hello') tell(session, { type: 'hello' });
        else if (how === 'drain') session.drain(1, NOW_MS);
        else session.tick(NOW_MS + HELLO_WITHIN_MS);
        expect([
          ...tell(session, value),
          ...session.tick(NOW_MS),
          ...session.followed(followed(), NOW_MS),
          ...session.refused({ job: 'j' }, new RendercastError('internal'), NOW_MS),
          ...session.settled('authenticate', { ok: true, value: null }, NOW_MS),
          ...session.drain(1, NOW_MS),
        ]).toEqual([]);
      }),
    );
  });
});
