import { decodeServerMessage } from '@rendercast/protocol/dialects/native/decode';
import { RendercastError } from '@rendercast/protocol/rendercast-error';
import { createParser } from 'eventsource-parser';
import { createDeadline } from '../deadline.js';
import { unreachable } from '../http-error.js';
import type { Subscription } from '../subscription.js';
import { deliver } from './deliver.js';
import { createHttpLink, type FollowOne, streamRequest } from './http-link.js';
import type { LinkContext, LinkHooks, OpenLink } from './link.js';
import { createPolling } from './poll.js';

/** Streams at a time; what is followed beyond them is polled in turns. A browser has six connections to a server. */
const STREAMS = 3;
/** A stream that ends sooner than this is taken for a lost one. */
const SHORT_MS = 5_000;

/** Server-Sent Events over `fetch`, which can send a key and is heard byte by byte. */
export const openSse: OpenLink = (context, hooks) => {
  const polling = createPolling(1);
  let streams = 0;
  return createHttpLink(context, hooks, async (...args) => {
    if (streams >= STREAMS) return polling(...args);
    streams += 1;
    try {
      return await follow(...args);
    } finally {
      streams -= 1;
    }
  });
};

const follow: FollowOne = async (...args) => {
  for (;;) {
    const startedAt = performance.now();
    await readStream(...args);
    // A stream may end in peace: a proxy's time limit, a server that is done with it.
    if (performance.now() - startedAt < SHORT_MS) throw unreachable('It ended at once.');
  }
};

/** Reads one stream to its end. Throws when it fails, falls silent, or is none. */
async function readStream(
  subscription: Subscription,
  signal: AbortSignal,
  hooks: LinkHooks,
  { http, settings }: LinkContext,
): Promise<void> {
  const { timing } = settings;
  const position = subscription.position();
  // Until the first byte: a proxy that keeps the stream to itself is found out here.
  const silence = createDeadline(timing.handshakeMs, signal);
  try {
    const response = await http.open({
      ...streamRequest(subscription.target, subscription.wants()),
      headers: { accept: 'text/event-stream', ...(position === null ? {} : { 'last-event-id': position }) },
      signal: silence.signal,
      attempts: 1,
    });
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
    if (!isStream || response.body === null) {
      await response.body?.cancel();
      throw unreachable('Not an event stream.');
    }
    let comeBackMs: number | null = null;
    const parser = createParser({
      // Sent by a server that goes down, before it ends the stream.
      onRetry(retryAfterMs) {
        comeBackMs = retryAfterMs;
      },
      onEvent({ data }) {
        const message = decodeServerMessage(data);
        if (message !== null && !signal.aborted) deliver(message, subscription);
      },
    });
    // It goes on from there; what else there is to say comes with the first message.
    if (position !== null) subscription.opened(null, position);
    const text = new TextDecoder();
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done && comeBackMs !== null)
        throw new RendercastError('shutting_down', undefined, { retryAfterMs: comeBackMs });
      if (done) return;
      silence.extend(timing.silenceMs);
      hooks.opened();
      parser.feed(text.decode(value, { stream: true }));
      signal.throwIfAborted();
    }
  } finally {
    silence.abort(signal.reason);
    silence.release();
  }
}
