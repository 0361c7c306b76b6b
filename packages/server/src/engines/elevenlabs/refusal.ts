import type { IncomingHttpHeaders } from 'node:http';
import { EngineError } from '../engine.js';
import { type ApiError, readApiError } from './api-error.js';

/** How a call came out that gave no song. */
export interface Refusal {
  error: EngineError;
  /** True: the service did no work for it, so that it may be made again. */
  free: boolean;
  /** Set where no call of this backend can do better for now: what is wrong with it, for people. */
  ailing: string | null;
}

/** What a refusal is judged by. */
export interface RefusedAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** Takes secrets out of words that are shown. */
  clean(text: string): string;
}

/** Waits before another try where the service names none, in milliseconds. */
const BUSY_MS = 5_000;
const LIMITED_MS = 15_000;
const LONGEST_WAIT_MS = 3_600_000;

/**
 * Judges an answer that is no song. What the service refuses before it works is free; what may have been worked on and paid
 * for is not repeated.
 */
export function refusalOf(answer: RefusedAnswer): Refusal {
  const { status } = answer;
  const said = readApiError(answer.body);
  if (status >= 300 && status < 400) return misplaced('Its address leads elsewhere; redirects are not followed.');
  if (isBadWish(said)) return { error: badWish(answer, said), free: true, ailing: null };
  if (status === 401 && !isAbout(said, 'quota_exceeded'))
    return locked(answer, said, 'The service does not take the key of this backend.');
  if (status === 401 || status === 402)
    return locked(answer, said, 'The account has no credits left, or its plan has no music.');
  if (status === 403) return locked(answer, said, 'The key of this backend may not do this.');
  if (status === 404 && !isAbout(said, 'song_not_found'))
    return misplaced('There is no such route at the address of this backend.');
  if (status === 408) return busy(answer, 'The service did not get the whole request in time.', BUSY_MS);
  if (status === 429) return tooMany(answer, said);
  if (status >= 400 && status < 500) return refused(answer, said);
  return failed(answer, said);
}

type Said = ApiError | null;

const isAbout = (said: Said, ...words: string[]): boolean => said?.words.some((word) => words.includes(word)) ?? false;

const isBadWish = (said: Said): said is ApiError => isAbout(said, 'bad_prompt', 'bad_composition_plan');

/** A question to the user: the words were not taken, and perhaps there are others that would be. */
function badWish(answer: RefusedAnswer, said: ApiError): EngineError {
  const { promptSuggestion: prompt, planSuggestion: plan } = said;
  const suggestion =
    prompt !== null && prompt !== ''
      ? ` It would take instead: “${prompt}”`
      : plan === null || plan === undefined
        ? ''
        : ` It would take this plan instead: ${JSON.stringify(plan)}`;
  return verdict('invalid_field', `The service does not take these words.${words(said)}${suggestion}`, answer);
}

function refused(answer: RefusedAnswer, said: Said): Refusal {
  const error = verdict('invalid_field', `The service refused the request.${words(said)}`, answer);
  return { error, free: true, ailing: null };
}

/** Nothing that this backend is asked now can succeed: its operator must see to it. */
function locked(answer: RefusedAnswer, said: Said, why: string): Refusal {
  const error = verdict('engine_unavailable', `${why}${words(said)}`, answer);
  return { error, free: true, ailing: why };
}

function misplaced(why: string): Refusal {
  const error = new EngineError('engine_unavailable', `The service cannot be used: ${why}`, { retryable: false });
  return { error, free: true, ailing: why };
}

function tooMany(answer: RefusedAnswer, said: Said): Refusal {
  if (
    isAbout(said, 'rate_limit_exceeded') &&
    !isAbout(said, 'concurrent_limit_exceeded', 'too_many_concurrent_requests')
  )
    return busy(answer, 'The service takes no more requests for now.', LIMITED_MS);
  return busy(answer, 'The service runs as many songs as it takes at once.', BUSY_MS);
}

/** Put back into the line, at no cost to the job's tries: it is not the job's fault. */
function busy(answer: RefusedAnswer, why: string, waitMs: number): Refusal {
  const retryAfterMs = retryAfter(answer.headers) ?? waitMs;
  const error = new EngineError('engine_unavailable', why, { retryable: true, retryAfterMs, counted: false });
  return { error, free: true, ailing: null };
}

/** Only where the service itself says that it took nothing on may the call be made again: a gateway knows nothing. */
function failed(answer: RefusedAnswer, said: Said): Refusal {
  if (answer.status === 503 && isAbout(said, 'service_unavailable', 'system_busy'))
    return busy(answer, 'The service is not available for now.', LIMITED_MS);
  if (answer.status === 500 && said !== null) {
    const message = `The service failed at the song.${words(said)} It does not say whether that was paid for, so it is not repeated.`;
    return { error: verdict('engine_failed', message, answer), free: false, ailing: null };
  }
  const error = new EngineError('outcome_unknown', 'The service failed without a word.', { retryable: false });
  return { error, free: false, ailing: null };
}

function verdict(code: EngineError['code'], message: string, answer: RefusedAnswer): EngineError {
  return new EngineError(code, answer.clean(message), { retryable: false });
}

const words = (said: Said): string => (said === null || said.message === '' ? '' : ` It says: ${said.message}`);

/** The wait that an answer asks for, in milliseconds; null: it asks for none that makes sense. */
function retryAfter(headers: IncomingHttpHeaders): number | null {
  const given = headers['retry-after'];
  if (given === undefined) return null;
  const ms = /^\d+(?:\.\d+)?$/.test(given) ? Number(given) * 1000 : Date.parse(given) - Date.now();
  return Number.isFinite(ms) && ms >= 0 ? Math.min(LONGEST_WAIT_MS, ms) : null;
}
