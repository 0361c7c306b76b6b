import { type Followed, type LevelKind, type Principal, type RendercastError, type Target } from '@rendercast/protocol';
import { nativeDialect } from '@rendercast/protocol/dialects/native/index';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFlusher } from '../events/flusher.js';
import type { Sink } from '../events/subscription.js';
import { createSubscriptions } from '../events/subscriptions.js';
import { createSilentLogger } from '../logger.js';
import { openRig, type Rig } from '../queue/rig.contract.js';
import { createGate } from '../queue/singer.contract.js';
import type { Store } from '../stores/store.js';
import { createSocketSubscriptions } from './socket-subscriptions.js';

const ADA: Principal = { owner: 'ada', roles: ['user'] };

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

/** A store that is slow with the first question for a job. */
function slowAtFirst(store: Store, gate: { opened: Promise<void> }): Store {
  let asked = 0;
  const find: Store['find'] = async (...question) => {
    asked += 1;
    if (asked === 1) await gate.opened;
    return store.find(...question);
  };
  return { ...store, find };
}

/** What one socket follows, over a store; the answers as they came. */
function socketOn(store: Store, maxSubscriptions = 10) {
  const flusher = createFlusher();
  const fileUrl = { artifact: (id: string) => id, preview: (id: string) => id, own: (path: string) => path };
  const subscriptions = createSubscriptions({ ...rig, store, flusher, fileUrl, logger: createSilentLogger() });
  const sink: Sink = {
    blocked: () => false,
    whenReady: (callback) => void setImmediate(callback),
    write: () => undefined,
    failed: (error) => {
      throw error;
    },
  };
  const answers: (Target | string)[] = [];
  const following = createSocketSubscriptions({ subscriptions, maxSubscriptions }, nativeDialect, sink, {
    followed: ({ target }: Followed) => answers.push(target) > 0,
    refused: (_target, error: RendercastError) => void answers.push(error.code),
  });
  return {
    answers,
    follow: (target: Target, levels: readonly LevelKind[]) =>
      following.follow({ do: 'follow', target, position: null, variant: 'none', levels }, ADA),
    close() {
      following.close();
      subscriptions.close();
      flusher.close();
    },
  };
}

test('what is asked for twice is answered in the order of asking, so that the later request is in force', async () => {
  const gate = createGate();
  const socket = socketOn(slowAtFirst(rig.store, gate));
  const [first, second, other]: Target[] = [{ job: 'soon' }, { job: 'soon' }, { job: 'another' }];
  socket.follow(first as Target, ['progress']);
  socket.follow(second as Target, ['progress', 'preview']);
  socket.follow(other as Target, ['progress']);
  await vi.waitFor(() => expect(socket.answers).toHaveLength(1));
  expect(socket.answers[0]).toBe(other);
  gate.open();
  await vi.waitFor(() => expect(socket.answers).toHaveLength(3));
  expect(socket.answers[1]).toBe(first);
  expect(socket.answers[2]).toBe(second);
  socket.close();
});

test('more than a socket may follow are refused, those that wait among them', async () => {
  const gate = createGate();
  const socket = socketOn(slowAtFirst(rig.store, gate), 3);
  for (const _ of [1, 2, 3, 4]) socket.follow({ job: 'soon' }, ['progress']);
  expect(socket.answers).toEqual(['too_many_requests']);
  gate.open();
  await vi.waitFor(() => expect(socket.answers).toHaveLength(4));
  socket.close();
});
