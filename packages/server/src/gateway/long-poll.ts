import { compareStamps, formatPosition, RendercastError, type Reply, type Stamp } from '@rendercast/protocol';
import type { Clock } from '../clock.js';
import type { Delivery, Encoding } from '../events/chunk.js';
import type { FollowRequest } from '../events/follow.js';
import type { Subscriptions } from '../events/subscriptions.js';
import type { Connections } from './connections.js';

type EventsReply = Extract<Reply, { events: unknown }>;

/** Most messages of one answer; the rest comes with the next. */
const MAX_MESSAGES = 500;

/** A poll takes frames as they are: its answer is one JSON document. */
const plainEncoding: Encoding = { name: 'plain', encode: () => Buffer.alloc(0) };

/**
 * Answers at once when there is something new, else as soon as there is, else empty after the wait. Throws where the log
 * could not be read.
 */
export async function pollEvents(
  deps: { subscriptions: Subscriptions; clock: Clock; epoch: string },
  reply: EventsReply,
  request: Pick<FollowRequest, 'reach' | 'dialect'>,
  signal: AbortSignal,
): Promise<unknown> {
  const prepared = await deps.subscriptions.prepare({
    target: reply.events,
    position: reply.position,
    variant: reply.variant,
    levels: reply.levels,
    encoding: plainEncoding,
    ...request,
  });
  const { followed } = prepared;
  const deliveries: Delivery[] = [];
  let newest = reply.levelStamp;
  let isLive = false;
  /** What came up when there was nothing to tell yet: an empty page would say that there is nothing. */
  let failure: { error: unknown } | null = null;
  let stopWaiting = (): void => undefined;

  let settle = (): void => undefined;
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const subscription = prepared.start({
    blocked: () => deliveries.length >= MAX_MESSAGES,
    whenReady: () => undefined, // a full page is answered, and the next call reads on
    write(chunk) {
      for (const delivery of chunk.deliveries) if (isNews(delivery, newest)) deliveries.push(delivery);
      newest = newestOf(deliveries, newest);
      if ((isLive && deliveries.length > 0) || deliveries.length >= MAX_MESSAGES) settle();
    },
    live() {
      isLive = true;
      if (deliveries.length > 0 || followed.snapshot !== null || followed.reset !== null) settle();
      // The wait is for news. Reading what is there already takes its own time, however short the wait.
      else stopWaiting = deps.clock.after(reply.waitMs ?? 0, settle);
    },
    failed(error) {
      failure = { error };
      settle();
    },
  });
  signal.addEventListener('abort', settle, { once: true });
  if (signal.aborted) settle();
  await settled;
  stopWaiting();
  signal.removeEventListener('abort', settle);
  const position = formatPosition({ epoch: deps.epoch, n: subscription.position });
  subscription.close();
  refuse(deliveries.length === 0 && followed.reset === null ? failure : null);
  return reply.encoding.page({
    followed,
    frames: deliveries.map(({ frame }) => frame),
    position,
    levelStamp: newest,
  });
}

/**
 * Counts a poll among the connections while it waits. When the server goes down it is answered at once with what there
 * is.
 */
export async function heldPoll<T>(
  { connections }: { connections: Connections },
  address: string,
  signal: AbortSignal,
  poll: (ending: AbortSignal) => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  const end = (): void => ending.abort(new RendercastError('shutting_down'));
  const leave = connections.admit({ kind: 'poll', address, beat: () => undefined, drain: end, terminate: end });
  try {
    return await poll(AbortSignal.any([signal, ending.signal]));
  } finally {
    leave();
  }
}

function refuse(failure: { error: unknown } | null): void {
  if (failure !== null) throw failure.error;
}

function isNews({ stamp }: Delivery, known: Stamp | null): boolean {
  return stamp === null || known === null || compareStamps(stamp, known) > 0;
}

function newestOf(deliveries: readonly Delivery[], known: Stamp | null): Stamp | null {
  let newest = known;
  for (const { stamp } of deliveries)
    if (stamp !== null && (newest === null || compareStamps(stamp, newest) > 0)) newest = stamp;
  return newest;
}
