import type { Dialect } from '../../dialect.js';
import { imageTaskError } from './error.js';
import { imageTaskRoutes, imageTaskSockets, VIA } from './routes.js';
import { createImageTaskView } from './view.js';

/** Image tasks: a call that waits for its image, and a socket per task that tells how far it is. */
export const imageTaskDialect: Dialect = {
  name: VIA,
  routes: imageTaskRoutes,
  sockets: imageTaskSockets,
  createView: createImageTaskView,
  error: imageTaskError,
};

export { recordSchema, type TaskRecord } from './record.js';
export { generatedSchema } from './routes.js';
