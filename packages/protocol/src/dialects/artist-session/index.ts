import type { Dialect } from '../../dialect.js';
import { artistSessionError } from './error.js';
import { artistSessionRoutes, artistSessionSockets } from './routes.js';
import { VIA } from './session-routes.js';
import { createArtistSessionView } from './view.js';

/** Sessions that are started over HTTP and watched on one socket, with a gallery. */
export const artistSessionDialect: Dialect = {
  name: VIA,
  routes: artistSessionRoutes,
  sockets: artistSessionSockets,
  createView: createArtistSessionView,
  error: artistSessionError,
  health: ({ sockets, queued }) => ({ websocket_connections: sockets, generation_queue: queued }),
};

export { type Entry, entrySchema } from './gallery.js';
export { fieldSchemas, type MessageType, messageSchema } from './messages.js';
