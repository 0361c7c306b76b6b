import { EngineError } from '../engine.js';
import type { HttpAnswer } from './http-line.js';
import { generatedSchema, type Info, infoSchema, type Model, readJson } from './wire.js';

/** What a good answer holds. */
export interface Made {
  /** Base64, in order. */
  images: readonly string[];
  info: Info | null;
}

const fail = (code: EngineError['code'], message: string, retryable: boolean, retryAfterMs?: number) =>
  new EngineError(code, message, { retryable, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });

/** Work that was done and then thrown away counts five against the limit of a minute. */
const RATE_LIMIT_MS = 15_000;

/** The words for a run that stopped and was not stopped by us: SD.Next swallows a lack of memory in this way. */
export const stoppedByItself = () =>
  fail('engine_failed', 'The server stopped in the middle: for lack of memory, a fault of its own, or by hand.', true);

export const modelDiffers = () =>
  fail('engine_failed', 'The server made the picture with another model than the one asked for.', false);

/** Reads the answer to a generation. A 200 without a picture is no success. @throws EngineError for every other answer */
export function readMade(answer: HttpAnswer): Made {
  if (answer.status !== 200) throw errorOf(answer);
  const read = readJson(generatedSchema, answer.text);
  if (read === null) throw fail('engine_failed', 'The server answered in a way that is not understood.', true);
  const info = readJson(infoSchema, read.info ?? '');
  return { images: read.images ?? [], info };
}

/** What an answer without any picture means, once it is known that the run was not stopped; some servers never say more. */
export function nothingMade({ info }: Made, saysInfo: boolean): EngineError {
  return info === null && saysInfo
    ? fail('engine_unavailable', 'The server made no picture: it has no model loaded.', true)
    : fail('engine_failed', 'The server made no picture.', true);
}

/** The verdict on an answer that is an error. Its text is never passed on: it may name paths and addresses. */
export function errorOf({ status, retryAfter, text }: HttpAnswer): EngineError {
  if (status === 401 || status === 403) {
    return fail('engine_unavailable', 'The server refuses the user and password of its configuration.', true);
  }
  if (status === 429) {
    const seconds = Number(retryAfter ?? Number.NaN);
    const waitMs = Number.isFinite(seconds) ? seconds * 1_000 : RATE_LIMIT_MS;
    return fail('engine_unavailable', 'The server has had more requests than it allows.', true, waitMs);
  }
  if (status === 413) return fail('too_large', 'The request is larger than the server takes.', false);
  if (status === 422) return fail('invalid_field', `The server cannot take ${fieldsIn(text)}.`, false);
  if (/out of memory|OutOfMemoryError/i.test(text)) {
    return fail('out_of_memory', 'The server ran out of memory.', true);
  }
  if (/sampler not found/i.test(text)) return fail('invalid_field', 'The server does not have that sampler.', false);
  if (/init image|invalid encoded image/i.test(text)) {
    return fail('invalid_field', 'The server cannot read the picture to start from.', false);
  }
  if (status === 404 || status === 405 || status === 501) {
    return fail('unsupported_request', 'The server has no way to do this.', false);
  }
  if (status >= 400 && status < 500) return fail('invalid_field', 'The server refuses the request.', false);
  if (status === 502 || status === 503 || status === 504) {
    return fail('engine_unavailable', 'The server is not there behind its proxy.', true);
  }
  // A bare string is how SD.Next tells that a field has a type its code cannot work with.
  if (/^\s*"/.test(text)) return fail('engine_failed', 'The server cannot work with these fields.', false);
  return fail('engine_failed', 'The server failed.', true);
}

/** Names of the fields in FastAPI's form, if they are plain words. */
function fieldsIn(text: string): string {
  const names = [...text.matchAll(/"loc"\s*:\s*\[\s*"body"\s*,\s*"(\w{1,40})"/g)].map(([, name]) => `"${name}"`);
  return names.length === 0 ? 'one of the fields' : `the field ${[...new Set(names)].join(', ')}`;
}

/**
 * Whether the right model made it: by its hash, else by its name. Null: the server does not say.
 */
export function isRightModel(wanted: Model, info: Info | null): boolean | null {
  const said = info?.sd_model_hash ?? '';
  const known = [wanted.hash, wanted.sha256].filter((hash) => typeof hash === 'string' && hash !== '') as string[];
  if (said !== '' && known.length > 0) return known.some((hash) => hash.startsWith(said) || said.startsWith(hash));
  const name = info?.sd_model_name ?? '';
  return name === '' ? null : name === wanted.model_name || wanted.title.startsWith(name);
}
