import type { Route, SocketRoute } from '../../dialect.js';
import { STREAM_PATH } from './answers.js';
import { backendRoutes } from './backend-routes.js';
import { eventRoutes } from './event-routes.js';
import { fileRoutes } from './file-routes.js';
import { houseRoutes } from './house-routes.js';
import { jobRoutes } from './job-routes.js';
import { createNativeSession } from './session.js';
import { SUBPROTOCOL } from './subprotocol.js';
import { workerRoutes } from './worker-routes.js';

/** Commands and questions go over HTTP. */
export const nativeRoutes: readonly Route[] = [
  ...jobRoutes,
  ...fileRoutes,
  ...eventRoutes,
  ...houseRoutes,
  ...backendRoutes,
  ...workerRoutes,
];

/** The socket carries watching only. */
export const nativeSockets: readonly SocketRoute[] = [
  {
    path: STREAM_PATH,
    subprotocol: SUBPROTOCOL,
    lateAuthentication: true,
    summary: 'Watch any number of jobs and feeds',
    createSession: createNativeSession,
  },
];
