import type { ServerResponse } from 'node:http';
import type { Followed, Reply } from '@rendercast/protocol';
import type { Encoding } from '../events/chunk.js';
import type { FollowRequest } from '../events/follow.js';
import type { Sink } from '../events/subscription.js';
import type { Subscriptions } from '../events/subscriptions.js';
import type { Logger } from '../logger.js';
import type { Connection, Connections } from './connections.js';

type EventsReply = Extract<Reply, { events: unknown }>;

/** An SSE reader cannot say how far it has read, so it gets this part of a socket's window in our own buffer. */
const WINDOW_PART = 0.25;

/** Answers with Server-Sent Events until the caller goes. Facts carry their position as `id:`. */
export async function sendEventStream(
  deps: { connections: Connections; subscriptions: Subscriptions; logger: Logger; windowBytes: number },
  reply: EventsReply,
  request: Pick<FollowRequest, 'reach' | 'dialect'>,
  response: ServerResponse,
  peer: { address: string; headers: Record<string, string> },
): Promise<void> {
  const { connections, subscriptions, logger } = deps;
  const encoding = sseEncoding(reply);
  const connection: Connection = {
    kind: 'stream',
    address: peer.address,
    // Before its head is out, a word would take the head's place.
    beat() {
      if (response.headersSent) response.write(': keep-alive\n\n');
    },
    drain(retryAfterMs) {
      if (response.headersSent) response.end(`retry: ${retryAfterMs}\n\n`);
      else response.destroy();
    },
    terminate: () => response.destroy(),
  };
  const leave = connections.admit(connection);
  try {
    const prepared = await subscriptions.prepare({
      target: reply.events,
      position: reply.position,
      variant: reply.variant,
      levels: reply.levels,
      encoding,
      ...request,
    });
    if (response.destroyed) {
      prepared.giveUp();
      leave();
      return;
    }
    response.writeHead(200, {
      ...peer.headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      // Buffering proxies are asked to let every event through at once.
      'x-accel-buffering': 'no',
    });
    const open = (followed: Followed): string =>
      reply.encoding
        .opening(followed)
        .map(({ event, data }) => sseEvent(event, data, followed.position))
        .join('');
    response.write(`: stream\n\n${open(prepared.followed)}`);
    const sink = responseSink(response, deps.windowBytes * WINDOW_PART, logger);
    const subscription = prepared.start({ ...sink, reset: (followed) => void response.write(open(followed)) });
    response.on('close', () => {
      subscription.close();
      leave();
    });
  } catch (error) {
    leave();
    throw error;
  }
}

function responseSink(response: ServerResponse, windowBytes: number, logger: Logger): Sink {
  return {
    blocked: () => response.writableLength > windowBytes,
    whenReady(callback) {
      if (response.writableLength === 0) setImmediate(callback);
      else response.once('drain', callback);
    },
    write: (chunk) => void response.write(chunk.bytes()),
    failed(error) {
      logger.warn({ error }, 'a stream could not be served from the log; it is asked to come back');
      response.end();
    },
  };
}

/** Groups share the bytes of events: the same for every reader of one dialect. */
function sseEncoding(reply: EventsReply): Encoding {
  return {
    name: 'sse',
    encode: (frame) =>
      Buffer.from(
        typeof frame.frame === 'string' ? sseEvent(reply.encoding.eventName(frame), frame.frame, frame.position) : '',
      ),
  };
}

/** One event; JSON holds no line breaks, so `data` is one line. */
function sseEvent(event: string, data: string, id: string | null): string {
  return `${id === null ? '' : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`;
}
