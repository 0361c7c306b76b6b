import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { OpenGrowing } from '@rendercast/protocol';
import type { Connections } from './connections.js';
import { dispositionOf, SHOWN_NEVER_RUN } from './file-answer.js';

export interface GrowingAnswer {
  disposition: 'inline' | 'attachment';
  headOnly: boolean;
  headers: Record<string, string>;
  /** Address of the caller. */
  address: string;
  /** Aborts when the caller has gone. */
  signal: AbortSignal;
}

/**
 * Sends a file that is still being made, from its beginning, as it grows. Nobody knows its length and digest yet, so there
 * are no ranges and no ETag, and whoever asks for a range gets all of it, as RFC 9110 allows. Counts among the open
 * streams; when the server goes down it is cut, as it is when there will be no finished file: a player must not take
 * either for the end.
 */
export async function sendGrowing(
  connections: Connections,
  response: ServerResponse,
  growing: OpenGrowing,
  { disposition, headOnly, headers, address, signal }: GrowingAnswer,
): Promise<void> {
  const cut = (): void => void response.destroy();
  const leave = connections.admit({ kind: 'stream', address, beat: () => undefined, drain: cut, terminate: cut });
  try {
    response.writeHead(200, {
      ...headers,
      ...SHOWN_NEVER_RUN,
      'accept-ranges': 'none',
      'cache-control': 'no-store, no-transform',
      'content-disposition': dispositionOf(disposition, growing.name),
      'content-type': growing.mediaType,
      // Buffering proxies are asked to let through what there is.
      'x-accel-buffering': 'no',
    });
    if (headOnly) {
      response.end();
      return;
    }
    response.flushHeaders();
    await pipeline(Readable.from(growing.body(signal), { objectMode: false }), response, { signal });
  } finally {
    leave();
  }
}
