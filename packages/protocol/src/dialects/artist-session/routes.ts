import type { Route, SocketRoute } from '../../dialect.js';
import { imageRoutes } from './image-routes.js';
import { pageRoutes } from './page-routes.js';
import { createArtistSession } from './session.js';
import { sessionRoutes } from './session-routes.js';

export const artistSessionRoutes: readonly Route[] = [...sessionRoutes, ...imageRoutes, ...pageRoutes];

export const artistSessionSockets: readonly SocketRoute[] = [
  {
    path: '/ws',
    summary: 'Sessions and the gallery, live; with `?previews=true` also pictures of what is under way',
    queryToken: true,
    createSession: createArtistSession,
  },
];
