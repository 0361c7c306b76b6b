import type { Route } from '../../dialect.js';
import { pageRoute } from '../../page-route.js';
import { PAGE, SCRIPT } from './page.js';

/** The test page. */
export const pageRoutes: readonly Route[] = [
  pageRoute('/test/websocket', 'sessionTestPage', 'A page to try the socket with', 'text/html', PAGE),
  pageRoute('/test/websocket.js', 'sessionTestScript', 'What the page does', 'text/javascript', SCRIPT),
];
