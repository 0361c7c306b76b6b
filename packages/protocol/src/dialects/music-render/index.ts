import type { Dialect } from '../../dialect.js';
import { musicRenderError } from './error.js';
import { musicRenderRoutes, musicRenderSockets } from './routes.js';
import { VIA } from './submit.js';
import { createMusicRenderView } from './view.js';

/** Renders of composition plans: one socket or one call is one song. */
export const musicRenderDialect: Dialect = {
  name: VIA,
  routes: musicRenderRoutes,
  sockets: musicRenderSockets,
  createView: createMusicRenderView,
  error: musicRenderError,
};

export { serverMessageSchema } from './messages.js';
export { type ShownPlan, shownPlanSchema } from './plan.js';
export { resultSchema } from './result.js';
