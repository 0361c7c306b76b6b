import type { Stamp } from '../../events.js';

/** Writes a level's stamp for `levelStamp`: attempt, fact it follows and tick, joined by dots. */
export function formatStamp(stamp: Stamp): string {
  return `${stamp.attempt}.${stamp.after}.${stamp.tick}`;
}

/** Reads a stamp; null when it is none. A tick may have a fraction of its own. */
export function parseStamp(text: string): Stamp | null {
  const match = /^(\d{1,15})\.(\d{1,15})\.(\d{1,15}(?:\.\d{1,15})?)$/.exec(text);
  if (match === null) return null;
  return { attempt: Number(match[1]), after: Number(match[2]), tick: Number(match[3]) };
}
