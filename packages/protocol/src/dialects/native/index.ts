import type { Dialect } from '../../dialect.js';
import { nativeError } from './error.js';
import { lighterPreview } from './lighter-preview.js';
import { nativeRoutes, nativeSockets } from './routes.js';
import { createNativeView } from './view.js';

/** Rendercast's own protocol: PROTOCOL.md holds it in full. */
export const nativeDialect: Dialect = {
  name: 'native',
  routes: nativeRoutes,
  sockets: nativeSockets,
  createView: createNativeView,
  lighter: lighterPreview,
  error: nativeError,
};

export * from './answers.js';
export * from './decode.js';
export { type ErrorAnswer, errorAnswerSchema } from './error.js';
export * from './messages.js';
export { formatStamp, parseStamp } from './stamp.js';
