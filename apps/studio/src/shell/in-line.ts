import type { FeedItem } from '@rendercast/client/react';

/** Waiting jobs in the order of the line: by priority, then by age, as the server goes by. */
export function inLine(items: readonly FeedItem[]): FeedItem[] {
  return [...items].sort(
    ({ job: left }, { job: right }) =>
      right.priority - left.priority ||
      left.createdAt.localeCompare(right.createdAt) ||
      left.id.localeCompare(right.id),
  );
}
