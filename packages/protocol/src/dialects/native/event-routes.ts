import type { Filter } from '../../commands.js';
import { type Reply, type Route, type RouteRequest, route, type Target } from '../../dialect.js';
import { refusals } from './error.js';
import { pollPageSchema } from './messages.js';
import { wantedLevels } from './outward.js';
import { feedEventsQuerySchema, idParamsSchema, jobEventsQuerySchema, type StreamQuery } from './request.js';
import { createStreamEncoding } from './stream.js';
import { variantOf } from './view.js';

const headers = { 'Last-Event-ID': 'The `id:` of the last event seen; wins over `position`.' };
const answers = {
  200: {
    description: 'With `wait` a page of events; without it Server-Sent Events.',
    schema: pollPageSchema,
    eventStream:
      'Events named `snapshot`, `event`, `level` and `reset`; the data of each is a message as on the socket, its `id:` is the position after it.',
  },
  ...refusals('unauthorized', 'not_found', 'invalid_field', 'too_many_requests', 'storage_unavailable'),
};

const jobEvents = route({
  method: 'GET',
  path: '/v1/jobs/:id/events',
  name: 'followJob',
  summary: 'Follow a job, which need not exist yet: SSE or long-poll',
  role: 'user',
  params: idParamsSchema,
  query: jobEventsQuerySchema,
  headers,
  answers,
  handle: (request) => Promise.resolve(streamReply(request, { job: request.params.id }, request.query)),
});

const feedEvents = route({
  method: 'GET',
  path: '/v1/events',
  name: 'followFeed',
  summary: 'Follow all jobs within reach that fit the filter: SSE or long-poll',
  role: 'user',
  query: feedEventsQuerySchema,
  headers,
  answers,
  handle(request) {
    const { position, wait, levels, previews, levelStamp, ...filter } = request.query;
    const stream: StreamQuery = { position, wait, levels, previews, levelStamp };
    return Promise.resolve(streamReply(request, { feed: withoutAbsent(filter) }, stream));
  },
});

function streamReply(
  { headers: sent, fileUrl }: Pick<RouteRequest<unknown, unknown, unknown>, 'headers' | 'fileUrl'>,
  target: Target,
  query: StreamQuery,
): Reply {
  // A browser that reconnects repeats the address it was given, position and all, and adds what it saw last.
  const position = sent['last-event-id'] ?? query.position ?? null;
  const waitMs = query.wait ?? null;
  // One stamp cannot speak for many jobs: a feed's page carries facts only.
  const levels = 'feed' in target && waitMs !== null ? [] : wantedLevels(query.levels, query.previews);
  return {
    events: target,
    position: position === '' ? null : position,
    variant: variantOf(query.previews),
    levels,
    waitMs,
    levelStamp: query.levelStamp ?? null,
    encoding: createStreamEncoding({ fileUrl, levels, resumed: position !== null && position !== '' }),
  };
}

/** Equal filters give equal topics only if what was not asked is not there. */
function withoutAbsent(filter: Filter): Filter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

/** Watching over HTTP. */
export const eventRoutes: readonly Route[] = [jobEvents, feedEvents];
