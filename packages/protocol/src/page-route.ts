import { type Route, route } from './dialect.js';

/** Scripts of this server only; images and songs of its own, and previews that are part of a message. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; connect-src 'self' ws: wss:; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** A route that serves one fixed text of a dialect's test page: the page itself, or its script. */
export const pageRoute = (path: string, name: string, summary: string, mediaType: string, content: string): Route => {
  const bytes = new TextEncoder().encode(content);
  return route({
    method: 'GET',
    path,
    name,
    summary,
    role: 'public',
    answers: { 200: { description: summary, mediaType } },
    handle: async () => ({
      status: 200,
      bytes,
      headers: {
        'content-type': `${mediaType}; charset=utf-8`,
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-cache',
      },
    }),
  });
};
