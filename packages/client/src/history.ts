import type { PollPage, ServerMessageOf } from '@rendercast/protocol/dialects/native/messages';
import { isBehind } from './feed-channel.js';
import type { Http } from './http.js';
import type { Target } from './subscription.js';
import { streamRequest } from './transports/http-link.js';
import { wait } from './wait.js';

/** A part of the past: facts in order, or word that it is gone. */
export type Past = ServerMessageOf<'event'> | ServerMessageOf<'reset'>;

/** A server that holds less than another one has told of is asked again after this, in milliseconds. */
const BEHIND_MS = 200;

/**
 * Reads the facts after a position, up to another one that the server has told of. It may be another server that is asked,
 * one that lags, goes down or cannot read its log: an empty answer is no end, and is asked for again. After a `reset` it
 * ends.
 */
export async function* readHistory(
  http: Http,
  target: Target,
  { from, upTo }: { from: string; upTo: string },
  signal: AbortSignal | undefined,
): AsyncGenerator<Past, void, undefined> {
  const { path, query } = streamRequest(target, { levels: false, previews: 'none' });
  // Like a stream, it is not given up while the server is away.
  const patient = { path, signal, attempts: Number.POSITIVE_INFINITY };
  for (let position = from, first = true; first || isBehind(position, upTo); first = false) {
    const page = await http.json<PollPage>({ ...patient, query: { ...query, wait: 0, position } });
    if (page.reset !== null) return yield { ...page, type: 'reset', reason: page.reset };
    yield* page.messages.filter((message) => message.type === 'event');
    if (page.position === position && isBehind(position, upTo)) {
      await wait(BEHIND_MS, signal);
      const now = await http.json<PollPage>({ ...patient, query: { ...query, wait: 0 } });
      if ('job' in target && now.snapshot === null) return yield { ...now, type: 'reset', reason: 'horizon' };
    }
    position = page.position;
  }
}
