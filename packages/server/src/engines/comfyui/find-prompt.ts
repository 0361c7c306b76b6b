import type { ServerApi } from './server-api.js';
import { type Graph, graphSchema, type HistoryEntry } from './wire.js';

/** Where a prompt is, as the server itself says. */
export type Found =
  | { state: 'ended'; entry: HistoryEntry }
  | { state: 'running' | 'pending'; graph: Graph | null }
  | { state: 'absent' };

/** Asks history, then queue, then history again: a prompt that ends in between is in one of them. */
export async function findPrompt(api: ServerApi, promptId: string, signal?: AbortSignal): Promise<Found> {
  const before = await api.history(promptId, signal);
  if (before !== null) return { state: 'ended', entry: before };
  const { queue_running, queue_pending } = await api.queue(signal);
  const running = queue_running.find(([, id]) => id === promptId);
  if (running !== undefined) return { state: 'running', graph: readGraph(running[2]) };
  const pending = queue_pending.find(([, id]) => id === promptId);
  if (pending !== undefined) return { state: 'pending', graph: readGraph(pending[2]) };
  const after = await api.history(promptId, signal);
  return after === null ? { state: 'absent' } : { state: 'ended', entry: after };
}

export function readGraph(value: unknown): Graph | null {
  return graphSchema.safeParse(value).data ?? null;
}

export type Outcome = { outcome: 'success' } | { outcome: 'interrupted' } | { outcome: 'error'; data: unknown };

/** How a prompt in the history came out. An interrupted one says `error` as well: only its messages tell. */
export function outcomeOf(entry: HistoryEntry): Outcome {
  for (const [event, data] of entry.status?.messages ?? []) {
    if (event === 'execution_interrupted') return { outcome: 'interrupted' };
    if (event === 'execution_error') return { outcome: 'error', data };
  }
  return entry.status?.status_str === 'error' ? { outcome: 'error', data: {} } : { outcome: 'success' };
}
