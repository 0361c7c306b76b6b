import type { Route } from '../../dialect.js';
import { pageRoute } from '../../page-route.js';
import { PAGE, SCRIPT } from './page.js';

/** The monitor page. */
export const pageRoutes: readonly Route[] = [
  pageRoute('/test/progress', 'progressTestPage', 'A monitor of the feed', 'text/html', PAGE),
  pageRoute('/test/progress.js', 'progressTestScript', 'What the page does', 'text/javascript', SCRIPT),
];
