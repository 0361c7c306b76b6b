import type { Clock } from '../../clock.js';
import type { Logger } from '../../logger.js';
import { type ApiAnswer, BrokenCall, callApi, readText } from './api-call.js';
import { createHealth, type Health } from './health.js';
import type { Options } from './options.js';
import { type Refusal, refusalOf } from './refusal.js';
import { createShownText } from './shown-text.js';

/** The service, as the runs of one backend use it. */
export interface Service {
  options: Options;
  clock: Clock;
  logger: Logger;
  health: Health;
  /** Calls a route; the answer may be of any status. */
  call(path: string, body: unknown, signal: AbortSignal, answerMs: number): Promise<ApiAnswer>;
  /** Judges an answer that is not the one hoped for, and remembers what it says about the service. */
  refused(answer: ApiAnswer): Promise<Refusal>;
}

const CONNECT_MS = 10_000;
const MAX_REFUSAL_BYTES = 256 * 1024;

/** A way to the service with one key. */
export function createService(options: Options, clock: Clock, logger: Logger): Service {
  const health = createHealth(clock);
  const clean = createShownText(options.apiKey);
  return {
    options,
    clock,
    logger,
    health,
    async call(path, body, signal, answerMs) {
      const { apiKey, silenceTimeoutMs: silenceMs } = options;
      const url = new URL(`${options.url.replace(/\/+$/, '')}${path}`);
      try {
        return await callApi({ url, apiKey, body, signal, connectMs: CONNECT_MS, answerMs, silenceMs, clock });
      } catch (thrown) {
        if (thrown instanceof BrokenCall && !thrown.heard) health.ailing('It cannot be reached.');
        throw thrown;
      }
    },
    async refused(answer) {
      const body = await readText(answer.body, MAX_REFUSAL_BYTES).catch((thrown: unknown) => {
        if (thrown instanceof BrokenCall) return ''; // the status says enough
        throw thrown;
      });
      const refusal = refusalOf({ status: answer.status, headers: answer.headers, body, clean });
      if (refusal.ailing !== null) health.ailing(refusal.ailing);
      const requestId = answer.headers['request-id'];
      logger.warn({ status: answer.status, requestId, verdict: refusal.error.code }, 'the service gave no song');
      return refusal;
    },
  };
}
