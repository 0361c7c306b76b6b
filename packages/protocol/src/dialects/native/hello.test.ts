import { describe, expect, test } from 'vitest';
import { RendercastError } from '../../errors.js';
import { codes, greeted, INIT, NOW_MS, open, others, said, tell } from './fixtures/session-talk.js';
import { createNativeSession, HELLO_WITHIN_MS, MAX_EARLY_MESSAGES } from './session.js';

describe('hello', () => {
  test('is answered with welcome, which says the epoch and the heartbeat', () => {
    expect(said(tell(open(), { type: 'hello' }))).toEqual([
      { type: 'welcome', protocol: 'rendercast.v1', connectionId: 'c_1', epoch: 'k3v9', heartbeatMs: 20_000 },
    ]);
  });

  test('RC-HELLO-1: everything before it is answered with an error, and nothing closes', () => {
    for (const message of [
      { type: 'subscribe', job: 'j', ref: 'r' },
      { type: 'ping', ref: 'r' },
      { type: 'unsubscribe', topic: 't' },
    ]) {
      const effects = tell(open(), message);
      expect(codes(effects)).toEqual(['invalid_request']);
      expect(others(effects)).toEqual([]);
    }
    expect(said(tell(open(), { type: 'ping', ref: 'r' }))).toMatchObject([{ ref: 'r' }]);
  });

  test('RC-HELLO-2: a socket without hello is told so and closed in time', () => {
    const session = createNativeSession(INIT);
    expect(session.open(NOW_MS)).toEqual([{ do: 'wake', atMs: NOW_MS + HELLO_WITHIN_MS }]);
    const effects = session.tick(NOW_MS + HELLO_WITHIN_MS);
    expect(codes(effects)).toEqual(['unauthorized']);
    expect(others(effects)).toEqual([{ do: 'close', code: 4401, reason: 'unauthorized' }]);
    expect(HELLO_WITHIN_MS).toBe(10_000);
  });

  test('takes back the wake-up once it is said', () => {
    const session = open();
    expect(others(tell(session, { type: 'hello' }))).toEqual([{ do: 'wake', atMs: null }]);
    expect(session.tick(NOW_MS + HELLO_WITHIN_MS)).toEqual([]);
  });

  test('RC-HELLO-3: without a key that is known it is refused and the socket closed with 4401', () => {
    const bare = tell(open({ authenticated: false }), { type: 'hello' });
    expect(codes(bare)).toEqual(['unauthorized']);
    expect(others(bare)).toEqual([{ do: 'close', code: 4401, reason: 'unauthorized' }]);

    const session = open({ authenticated: false });
    expect(tell(session, { type: 'hello', token: 'wrong' })).toEqual([{ do: 'authenticate', token: 'wrong' }]);
    const refused = session.settled('authenticate', { ok: false, error: new RendercastError('unauthorized') }, NOW_MS);
    expect(codes(refused)).toEqual(['unauthorized']);
    expect(others(refused)).toEqual([{ do: 'close', code: 4401, reason: 'unauthorized' }]);
    expect(JSON.stringify(refused)).not.toContain('wrong');
  });

  test('RC-HELLO-3: a caller that the request has shown needs no token', () => {
    expect(said(tell(open(), { type: 'hello', token: 'whatever' }))).toMatchObject([{ type: 'welcome' }]);
  });

  test('closes with the code of the error when a token cannot be checked', () => {
    const session = open({ authenticated: false });
    tell(session, { type: 'hello', token: 't' });
    const effects = session.settled('authenticate', { ok: false, error: new RendercastError('shutting_down') }, NOW_MS);
    expect(others(effects)).toEqual([{ do: 'close', code: 1012, reason: 'shutting_down' }]);
  });

  test('RC-HELLO-4: what is sent in one flight with it is answered after welcome, in order', () => {
    const session = open({ authenticated: false });
    tell(session, { type: 'hello', token: 't' });
    expect(tell(session, { type: 'subscribe', job: 'a', ref: '1' })).toEqual([]);
    expect(tell(session, { type: 'ping', ref: '2' })).toEqual([]);
    const effects = session.settled('authenticate', { ok: true, value: 'local' }, NOW_MS);
    expect(effects.map((effect) => effect.do)).toEqual(['wake', 'send', 'follow', 'send']);
    expect(said(effects)).toMatchObject([{ type: 'welcome' }, { type: 'pong', ref: '2' }]);
  });

  test('RC-HELLO-4: more than a flight is refused, with the ref, and not kept', () => {
    const session = open({ authenticated: false });
    tell(session, { type: 'hello', token: 't' });
    for (let sent = 0; sent < MAX_EARLY_MESSAGES; sent += 1) expect(tell(session, { type: 'ping' })).toEqual([]);
    expect(said(tell(session, { type: 'ping', ref: 'last' }))).toMatchObject([
      { type: 'error', ref: 'last', error: { code: 'too_many_requests', retryable: true } },
    ]);
    const pongs = said(session.settled('authenticate', { ok: true, value: 'local' }, NOW_MS)).filter(
      ({ type }) => type === 'pong',
    );
    expect(pongs).toHaveLength(MAX_EARLY_MESSAGES);
    expect(MAX_EARLY_MESSAGES).toBe(64);
  });

  test('RC-HELLO-5: a second one is an error that changes nothing', () => {
    const session = greeted();
    expect(codes(tell(session, { type: 'hello' }))).toEqual(['invalid_request']);
    expect(said(tell(session, { type: 'ping' }))).toEqual([{ type: 'pong', ref: null }]);
  });
});
