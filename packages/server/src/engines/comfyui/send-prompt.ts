import { type Clock, sleep } from '../../clock.js';
import { EngineError } from '../engine.js';
import { findPrompt } from './find-prompt.js';
import { CallError } from './http-call.js';
import type { ComfyOptions } from './options.js';
import { AnswerError, type PromptOrder, type ServerApi } from './server-api.js';
import { unavailable, verdictOfPartial, verdictOfRefusal } from './verdicts.js';

export interface Sending {
  api: ServerApi;
  options: Pick<ComfyOptions, 'pollMs' | 'unknownMs'>;
  clock: Clock;
}

/** How it went: `partial` was taken, but some of its nodes were left out. */
export type Sent = { partial: EngineError | null };

const TRIES = 2;

/**
 * Sends a prompt. Where the answer is lost it is looked for before it is sent again, under the same id. When it is no longer
 * `wanted` nothing more is sent, but what was sent is heard out.
 *
 * @throws EngineError when it was refused, or the server cannot be reached
 */
export async function sendPrompt(sending: Sending, order: PromptOrder, wanted: AbortSignal): Promise<Sent> {
  for (let tries = 1; ; tries++) {
    try {
      const answer = await sending.api.postPrompt(order);
      if (!answer.taken) throw verdictOfRefusal(answer.refusal);
      return { partial: verdictOfPartial(answer.nodeErrors) };
    } catch (thrown) {
      if (thrown instanceof EngineError || !isUnknown(thrown)) throw asVerdict(thrown);
      wanted.throwIfAborted();
      if (await appears(sending, order.prompt_id, wanted)) return { partial: null };
      if (tries >= TRIES) throw unavailable(thrown);
    }
  }
}

const asVerdict = (thrown: unknown) => (thrown instanceof EngineError ? thrown : unavailable(thrown));

/** Whether the server may have taken the prompt all the same. */
function isUnknown(thrown: unknown): boolean {
  if (thrown instanceof AnswerError) return thrown.status >= 500;
  return thrown instanceof CallError && thrown.sent;
}

const LOOK_MS = 250;

/** Looks for a prompt until it is there, or it has had time enough to come. */
async function appears({ api, options, clock }: Sending, promptId: string, wanted: AbortSignal): Promise<boolean> {
  const untilMs = clock.monotonic() + options.unknownMs;
  let fault: unknown = null;
  for (;;) {
    try {
      if ((await findPrompt(api, promptId, wanted)).state !== 'absent') return true;
      fault = null;
    } catch (thrown) {
      wanted.throwIfAborted();
      fault = thrown;
    }
    if (clock.monotonic() >= untilMs) break;
    await sleep(clock, Math.min(LOOK_MS, options.pollMs), wanted);
  }
  // Nobody knows, and nobody can be asked: the next attempt looks again before it sends anything.
  if (fault !== null) throw unavailable(fault);
  return false;
}
