import type { Route } from '../../dialect.js';

export const pageRoutes: readonly Route[] = [];
