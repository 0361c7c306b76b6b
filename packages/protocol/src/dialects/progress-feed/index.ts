import type { Dialect } from '../../dialect.js';
import { progressFeedError } from './error.js';
import { VIA } from './queue-calls.js';
import { progressFeedRoutes, progressFeedSockets } from './routes.js';
import { createProgressFeedView } from './view.js';

/** A feed of the progress of image jobs, with a queue managed over HTTP and the socket. */
export const progressFeedDialect: Dialect = {
  name: VIA,
  routes: progressFeedRoutes,
  sockets: progressFeedSockets,
  createView: createProgressFeedView,
  error: progressFeedError,
};

export { activeJobSchema, dataSchemas, type MessageType, messageSchema } from './messages.js';
export { paramsSchema, type ShownParams, shownParamsSchema } from './params.js';
