import { isServerMessage } from '@rendercast/protocol/dialects/native/decode';
import type { PollPage } from '@rendercast/protocol/dialects/native/messages';
import type { Subscription } from '../subscription.js';
import { wait } from '../wait.js';
import { snapshotOf } from '../wire.js';
import { deliver } from './deliver.js';
import { createHttpLink, type FollowOne, streamRequest } from './http-link.js';
import type { OpenLink } from './link.js';
import { createTurns } from './turns.js';

/** Polls that may wait at the same time. */
const PLACES = 3;
/** How long a poll waits while others want its place. */
const CROWDED_WAIT_MS = 1_000;
/** Empty answers that come sooner than this are slowed down to it: a proxy that does not wait must not make us spin. */
const IDLE_GUARD_MS = 1_000;

/** Long-poll: works wherever plain requests do. */
export const openPoll: OpenLink = (context, hooks) => createHttpLink(context, hooks, createPolling(PLACES));

/** Makes a follower that polls, with so many requests at a time. */
export function createPolling(places: number): FollowOne {
  const turns = createTurns(places);
  return async (subscription, signal, hooks, { http, settings }) => {
    const { pollWaitMs, requestMs } = settings.timing;
    const { path, query } = streamRequest(subscription.target, subscription.wants());
    let levelStamp: string | undefined;
    for (let first = true; ; first = false) {
      const leave = await turns.enter();
      const startedAt = performance.now();
      // The first does not wait: its answer shows that the way works.
      const waitMs = first ? 0 : turns.crowded ? Math.min(CROWDED_WAIT_MS, pollWaitMs) : pollWaitMs;
      const page = await http
        .json<PollPage>({
          path,
          query: { ...query, wait: waitMs, position: subscription.position() ?? undefined, levelStamp },
          withinMs: waitMs + requestMs,
          attempts: 1,
          signal,
        })
        .finally(leave);
      hooks.opened();
      take(page, subscription);
      levelStamp = page.levelStamp ?? levelStamp;
      signal.throwIfAborted();
      if (page.messages.length === 0 && !first && performance.now() - startedAt < IDLE_GUARD_MS)
        await wait(Math.min(IDLE_GUARD_MS, pollWaitMs), signal);
    }
  };
}

/** Hands on what a page brought. */
function take(page: PollPage, subscription: Subscription): void {
  const snapshot = snapshotOf(page.snapshot);
  if (page.reset !== null) subscription.reset(page.reset, snapshot, page.position);
  else subscription.opened(snapshot, subscription.position() ?? page.position);
  for (const message of page.messages) if (isServerMessage(message)) deliver(message, subscription);
  subscription.advance(page.position);
}
