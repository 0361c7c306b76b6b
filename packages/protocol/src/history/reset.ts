import type { ResetReason } from '../dialect.js';
import type { Position } from '../position.js';
import { parsePosition } from '../position.js';
import type { Line } from './line.js';
import type { LogRecord } from './record.js';

/**
 * Whether a position can surely not be used, so that only a reset may answer it. A horizon is no sure case: it may have
 * been raised after the reader came.
 */
export function needsReset(logs: readonly LogRecord[], log: LogRecord, line: Line, position: Position | null): boolean {
  if (position === null) return true;
  if (logs.every((one) => one.epoch !== position.epoch)) return true;
  return position.epoch === log.epoch && position.n > line.head;
}

/** Whether the log gives the reason that a reset named. `target`: the log that the reset leads to. */
export function isResetCalledFor(
  reason: ResetReason,
  before: string | null,
  at: number | null,
  target: LogRecord,
  line: Line,
  to: Position,
): boolean {
  if (before === null) return false;
  const position = parsePosition(before);
  if (reason === 'malformed') return position === null;
  if (position === null) return false;
  if (reason === 'epoch') return position.epoch !== to.epoch;
  if (position.epoch !== to.epoch) return false;
  if (reason === 'ahead') return position.n > line.head;
  // A reader may have fallen behind the horizon while it was connected: then its last place counts.
  return Math.min(position.n, at ?? position.n) < target.horizon || target.pruned.size > 0;
}
