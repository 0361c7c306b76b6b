import type { Route, SocketRoute } from '../../dialect.js';
import { generateRoutes } from './generate-routes.js';
import { jobRoutes } from './job-routes.js';
import { pageRoutes } from './page-routes.js';
import { createProgressFeedSession } from './session.js';

/** One service at three addresses: alone, behind its version, and mounted below `/api`. */
const MOUNTS = [
  { at: '', mark: '' },
  { at: '/v1', mark: 'V1' },
  { at: '/api/v1', mark: 'ApiV1' },
] as const;

/** The HTTP routes, the same below each mount. */
export const progressFeedRoutes: readonly Route[] = [
  ...MOUNTS.flatMap(({ at, mark }) => [...generateRoutes(at, mark), ...jobRoutes(at, mark)]),
  ...pageRoutes,
];

/** The sockets; those below `/generation` name their flat messages in another way. */
export const progressFeedSockets: readonly SocketRoute[] = MOUNTS.flatMap(({ at }): SocketRoute[] => [
  {
    path: `${at}/ws/progress`,
    summary: 'Progress of all image jobs, or of those subscribed to',
    queryToken: true,
    createSession: (init) => createProgressFeedSession(init, 'flat'),
  },
  {
    path: `${at}/generation/ws/progress`,
    summary: 'The same, with other names for what sockets get that never subscribe',
    queryToken: true,
    createSession: (init) => createProgressFeedSession(init, 'flat-generation'),
  },
]);
