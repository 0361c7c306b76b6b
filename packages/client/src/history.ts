import type { PollPage, ServerMessageOf } from '@rendercast/protocol/dialects/native/messages';
import type { Http } from './http.js';
import type { Target } from './subscription.js';
import { streamRequest } from './transports/http-link.js';

/** A part of the past: facts in order, or word that it is gone. */
export type Past = ServerMessageOf<'event'> | ServerMessageOf<'reset'>;

/**
 * Reads the facts after a position that the log holds now. Ends when there are no more; after a `reset` it ends too.
 */
export async function* readHistory(
  http: Http,
  target: Target,
  from: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Past> {
  const { path, query } = streamRequest(target, { levels: false, previews: 'none' });
  for (let position = from; ; ) {
    // Like a stream, it is not given up while the server is away.
    const page = await http.json<PollPage>({
      path,
      query: { ...query, wait: 0, position },
      signal,
      attempts: Number.POSITIVE_INFINITY,
    });
    if (page.reset !== null) {
      yield { ...page, type: 'reset', reason: page.reset };
      return;
    }
    const events = page.messages.filter((message) => message.type === 'event');
    yield* events;
    if (events.length === 0 && page.position === position) return;
    position = page.position;
  }
}
