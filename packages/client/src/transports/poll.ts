import { isServerMessage } from '@rendercast/protocol/dialects/native/decode';
import type { PollPage } from '@rendercast/protocol/dialects/native/messages';
import type { Subscription } from '../subscription.js';
import { wait } from '../wait.js';
import { snapshotOf } from '../wire.js';
import { deliver } from './deliver.js';
import { createHttpLink, type FollowOne, streamRequest } from './http-link.js';
import type { LinkHooks, OpenLink } from './link.js';
import { createTurns, type Turns } from './turns.js';

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
  return (subscription, signal, hooks, context) => poll(subscription, signal, hooks, context, turns);
}

async function poll(
  subscription: Subscription,
  signal: AbortSignal,
  hooks: LinkHooks,
  { http, settings }: Parameters<FollowOne>[3],
  turns: Turns,
): Promise<void> {
  const { timing } = settings;
  const { path, query } = streamRequest(subscription);
  let levelStamp: string | undefined;
  for (let first = true; ; first = false) {
    const leave = await turns.enter(signal);
    const startedAt = performance.now();
    let page: PollPage;
    try {
      // The first does not wait: its answer shows that the way works.
      const waitMs = first ? 0 : turns.crowded ? Math.min(CROWDED_WAIT_MS, timing.pollWaitMs) : timing.pollWaitMs;
      const position = subscription.position() ?? undefined;
      page = await http.json<PollPage>({
        path,
        query: { ...query, wait: String(waitMs), position, levelStamp },
        withinMs: waitMs + timing.requestMs,
        attempts: 1,
        signal,
      });
    } finally {
      leave();
    }
    signal.throwIfAborted();
    hooks.opened();
    const news = take(page, subscription, hooks);
    levelStamp = page.levelStamp ?? levelStamp;
    signal.throwIfAborted();
    const tookMs = performance.now() - startedAt;
    if (!news && !first && tookMs < IDLE_GUARD_MS) await wait(Math.min(IDLE_GUARD_MS, timing.pollWaitMs), signal);
  }
}

/** Hands on what a page brought; false when that was nothing. */
function take(page: PollPage, subscription: Subscription, hooks: LinkHooks): boolean {
  if (page.reset !== null) subscription.reset(page.reset, snapshotOf(page.snapshot), page.position);
  else subscription.opened(snapshotOf(page.snapshot), subscription.position() ?? page.position);
  for (const message of page.messages) if (isServerMessage(message)) deliver(message, subscription, hooks);
  subscription.advance(page.position);
  return page.messages.length > 0 || page.snapshot !== null || page.reset !== null;
}
