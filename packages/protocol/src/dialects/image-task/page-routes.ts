import type { Route } from '../../dialect.js';
import { pageRoute } from '../../page-route.js';
import { PAGE, SCRIPT } from './page.js';

/** The test page. */
export const pageRoutes: readonly Route[] = [
  pageRoute('/test/image-task', 'taskTestPage', 'A page to try tasks with', 'text/html', PAGE),
  pageRoute('/test/image-task.js', 'taskTestScript', 'What the page does', 'text/javascript', SCRIPT),
];
