import { EngineError } from '../engine.js';

/** Shortest and longest song, in milliseconds. */
const MIN_SONG_MS = 3_000;
const MAX_SONG_MS = 600_000;

/** A request that the service would refuse, found before anything was sent. `where` names the field. */
export function fault(where: string, why: string): EngineError {
  return new EngineError('invalid_field', `${where}: ${why}`, { retryable: false });
}

/** Something that this engine cannot do at all. */
export function unsupported(why: string): EngineError {
  return new EngineError('unsupported_request', why, { retryable: false });
}

/** Total length of a song, checked against what the service makes. */
export function checkTotal(where: string, totalMs: number): number {
  if (totalMs < MIN_SONG_MS) throw fault(where, `the song lasts ${totalMs} ms, less than ${MIN_SONG_MS}`);
  if (totalMs > MAX_SONG_MS) throw fault(where, `the song lasts ${totalMs} ms, more than ${MAX_SONG_MS}`);
  return totalMs;
}
