import type { Filter } from '@rendercast/protocol/commands';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { filterKey } from '../channels.js';
import type { FeedOptions } from '../feed.js';
import { type FeedView, LOADING_FEED, watchFeed } from '../feed-watch.js';
import { useClient } from './provider.js';

/** A list of jobs that keeps itself up to date. */
export interface UseFeed extends FeedView {
  /** Adds the next page of older jobs. Rejects with `RendercastError`. */
  loadMore(): Promise<void>;
}

/** Follows all jobs that fit, newest first. Equal filters are one, so the object may be made in each render. */
export function useFeed(
  filter: Filter = {},
  { limit, levels, previews }: Pick<FeedOptions, 'limit' | 'levels' | 'previews'> = {},
): UseFeed {
  const client = useClient();
  const key = filterKey(filter);
  const watch = useMemo(
    () => watchFeed(client, Object.fromEntries(JSON.parse(key) as [string, never][]), { limit, levels, previews }),
    [client, key, limit, levels, previews],
  );
  const view = useSyncExternalStore(watch.subscribe, watch.get, () => LOADING_FEED);
  const loadMore = useCallback(() => watch.loadMore(), [watch]);
  return { ...view, loadMore };
}
