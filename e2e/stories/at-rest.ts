import type { HistoryLog } from '@rendercast/protocol/history';
import { expect } from 'vitest';
import type { Guest, Order } from './guest.js';
import { factsByJob } from './log-over-http.js';

/** Waits until each feed of a guest has shown the last fact that it is to show. */
export async function caughtUp(guest: Guest, log: HistoryLog): Promise<void> {
  const facts = factsByJob(log);
  for (const watcher of guest.watchers) {
    if ('job' in watcher.history.target) continue;
    const { tag } = watcher.history.target.feed;
    const last = log.entries.findLast(({ fact: { jobId } }) => {
      const [first] = facts.get(jobId) ?? [];
      return tag === undefined || (first?.type === 'queued' && first.tags.includes(tag));
    });
    await watcher.reached(last?.cursor ?? 0);
  }
}

/** Asked for again and again over what went wrong, each order is one job, and no job is there that nobody asked for. */
export function checkOrders(orders: readonly Order[], log: HistoryLog): void {
  const facts = factsByJob(log);
  expect(new Set(orders.map(({ jobId }) => jobId)).size).toBe(orders.length);
  expect([...facts.keys()].sort()).toEqual(orders.map(({ jobId }) => jobId).sort());
  for (const { jobId, clientId, canceled } of orders) {
    const [first, ...rest] = facts.get(jobId) ?? [];
    if (clientId !== null) expect(first).toMatchObject({ type: 'queued', clientId });
    if (canceled) expect(rest.some(({ type }) => type === 'canceling' || type === 'canceled')).toBe(true);
  }
}
