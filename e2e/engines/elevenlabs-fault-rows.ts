import type { Mishap } from '../../packages/server/src/engines/elevenlabs/fake/manners.js';
import type { Fault } from '../../packages/server/src/engines/fault-book.contract.js';

/** The waits that the tests set. */
export const ANSWER_MS = 1_000;
export const SILENCE_MS = 400;
/** Room for a busy machine. */
const SOON_MS = 8_000;

interface SongFault extends Fault {
  mishap: Mishap;
  /** How often the song is paid for. */
  paid: number;
}

const row = (mishap: Mishap, fault: string, verdict: string, paid: number, withinMs = SOON_MS): SongFault => ({
  ...{ mishap, fault, on: ['elevenlabs'], verdict, paid, withinMs },
});
/** Paid for, and nothing came of it that could be kept: never ordered again by itself. */
const lost = (mishap: Mishap, fault: string, withinMs = SOON_MS): SongFault =>
  row(mishap, fault, 'outcome_unknown', 1, withinMs);
/** Nobody had taken the job on: it waits a little and is made then. */
const waits = (mishap: Mishap, fault: string): SongFault => row(mishap, fault, 'done', 1, 15_000);
const refused = (mishap: Mishap, fault: string): SongFault => row(mishap, fault, 'invalid_field', 0);

/** The bad days of the service, and what becomes of a song on each. */
export const ELEVENLABS_FAULTS: readonly SongFault[] = [
  lost('half-open', 'its answer is lost', SOON_MS + ANSWER_MS),
  lost('cut-before-head', 'cut before its answer'),
  lost('cut-before-sound', 'cut before the first byte'),
  lost('cut-in-sound', 'cut in mid-run'),
  lost('stall', 'deaf in mid-run', SOON_MS + SILENCE_MS),
  lost('no-last-boundary', 'answer without its end'),
  lost('bare-error', '500 without a word'),
  lost('bad-gateway', '502 of a gateway'),
  row('error', '500 in mid-run', 'engine_failed', 1),
  row('no-sound', '200 without a result', 'engine_failed', 1),
  row('empty', 'output is empty', 'engine_failed', 1),
  row('not-mp3', 'output is no media', 'engine_failed', 1),
  waits('concurrent-limit', '429: too many at once'),
  waits('old-concurrent-limit', '429: too many at once, old words'),
  waits('rate-limit', '429 before the work'),
  waits('system-busy', '429: service is busy'),
  waits('unavailable', '503 of the service'),
  refused('bad-prompt', 'prompt refused'),
  refused('harmful-prompt', 'prompt refused, no suggestion'),
  refused('bad-plan', 'plan refused'),
  refused('song-not-found', 'song not there'),
  refused('validator', '422 for a field'),
  refused('plain-words', '400 in plain words'),
];

/** What becomes of a song that was under way when our own server was killed. */
export const KILL_FAULTS: readonly Fault[] = [
  { fault: 'our restart in mid-run', on: ['elevenlabs'], verdict: 'outcome_unknown', withinMs: 30_000 },
];
