import type { Route, SocketRoute } from '../../dialect.js';
import { WORKER_SUBPROTOCOL } from '../../worker/socket-messages.js';
import { STREAM_PATH } from './answers.js';
import { backendRoutes } from './backend-routes.js';
import { eventRoutes } from './event-routes.js';
import { fileRoutes } from './file-routes.js';
import { houseRoutes } from './house-routes.js';
import { jobRoutes } from './job-routes.js';
import { planRoutes } from './plan-routes.js';
import { createNativeSession } from './session.js';
import { SUBPROTOCOL } from './subprotocol.js';
import { workerRoutes } from './worker-routes.js';
import { createWorkerSession } from './worker-session.js';

/** Commands and questions go over HTTP. */
export const nativeRoutes: readonly Route[] = [
  ...jobRoutes,
  ...planRoutes,
  ...fileRoutes,
  ...eventRoutes,
  ...houseRoutes,
  ...backendRoutes,
  ...workerRoutes,
];

/** One socket carries watching only, the other one the words of a remote worker. */
export const nativeSockets: readonly SocketRoute[] = [
  {
    path: STREAM_PATH,
    subprotocol: SUBPROTOCOL,
    lateAuthentication: true,
    summary: 'Watch any number of jobs and feeds',
    createSession: createNativeSession,
  },
  {
    path: '/v1/worker/stream',
    subprotocol: WORKER_SUBPROTOCOL,
    lateAuthentication: true,
    role: 'worker',
    summary: 'Take jobs, and hear at once when one should stop',
    createSession: createWorkerSession,
  },
];
