import type { Filter } from '@rendercast/protocol/commands';
import type { PollPage, ServerMessageOf } from '@rendercast/protocol/dialects/native/messages';
import type { Http } from './http.js';
import { filterQuery } from './transports/http-link.js';

/** A part of the past: facts in order, or word that it is gone. */
export type Past = ServerMessageOf<'event'> | ServerMessageOf<'reset'>;

/**
 * Reads the facts after a position that the log holds now. Ends when there are no more; after a `reset` it ends too.
 */
export async function* readHistory(
  http: Http,
  target: { job: string } | { feed: Filter },
  from: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Past> {
  const path = 'feed' in target ? 'v1/events' : `v1/jobs/${encodeURIComponent(target.job)}/events`;
  const filter = 'feed' in target ? filterQuery(target.feed) : {};
  for (let position = from; ; ) {
    const query = { ...filter, wait: '0', levels: 'false', position };
    // Like a stream, it is not given up while the server is away.
    const page = await http.json<PollPage>({ path, query, signal, attempts: Number.POSITIVE_INFINITY });
    if (page.reset !== null) {
      const { topic, reset: reason, snapshot } = page;
      yield { type: 'reset', topic, reason, snapshot, position: page.position };
      return;
    }
    const events = page.messages.filter((message) => message.type === 'event');
    yield* events;
    if (events.length === 0 && page.position === position) return;
    position = page.position;
  }
}
