export type { FeedItem, FeedView } from '../feed-watch.js';
export type { JobView } from '../job-watch.js';
export { RendercastProvider, type RendercastProviderProps, useClient } from './provider.js';
export { useConnection } from './use-connection.js';
export { type UseFeed, useFeed } from './use-feed.js';
export { type UseGenerate, useGenerate } from './use-generate.js';
export { type UseJob, useJob } from './use-job.js';
