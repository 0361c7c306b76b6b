import { type Route, route } from '../../dialect.js';
import { PAGE, SCRIPT } from './page.js';

/** Scripts of this server only; images of its own, and previews that are part of a message. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws: wss:; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const text = (path: string, name: string, summary: string, mediaType: string, content: string): Route => {
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

/** The monitor page. */
export const pageRoutes: readonly Route[] = [
  text('/test/progress', 'progressTestPage', 'A monitor of the feed', 'text/html', PAGE),
  text('/test/progress.js', 'progressTestScript', 'What the page does', 'text/javascript', SCRIPT),
];
