/**
 * Where a reader stands. Both forms carry the store's epoch, which a restore renews: a position of
 * another epoch names a history that is gone, and its reader gets `reset`.
 *
 *   job position   `<epoch>:<number of the last fact seen>`   0 = nothing seen yet
 *   feed cursor    `<epoch>:<place in the one order of all facts>`
 *
 * Clients treat both as opaque and send them back as they came.
 */
export interface Position {
  epoch: string;
  n: number;
}

/** Writes a position or cursor. */
export function formatPosition(position: Position): string {
  return `${position.epoch}:${position.n}`;
}

/** Reads a position or cursor; null when it is none (which callers answer with `reset` or an error). */
export function parsePosition(text: string): Position | null {
  const match = /^([A-Za-z0-9_-]{1,32}):(\d{1,15})$/.exec(text);
  if (match === null) return null;
  return { epoch: match[1] as string, n: Number(match[2]) };
}
