import type { Route } from '../../dialect.js';
import { pageRoute } from '../../page-route.js';
import { PAGE, SCRIPT } from './page.js';

/** The test page. */
export const pageRoutes: readonly Route[] = [
  pageRoute('/test/render', 'renderTestPage', 'A page to try renders with', 'text/html', PAGE),
  pageRoute('/test/render.js', 'renderTestScript', 'What the page does', 'text/javascript', SCRIPT),
];
