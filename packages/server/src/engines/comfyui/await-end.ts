import type { Bell } from '../../bell.js';
import type { Clock } from '../../clock.js';
import { findPrompt } from './find-prompt.js';
import type { ComfyOptions } from './options.js';
import type { PromptSocket } from './prompt-socket.js';
import type { PromptWatch } from './prompt-watch.js';
import type { ServerApi } from './server-api.js';
import { lost, unavailable } from './verdicts.js';
import type { HistoryEntry } from './wire.js';

export interface EndWait {
  api: ServerApi;
  promptId: string;
  watch: PromptWatch;
  socket: PromptSocket;
  bell: Bell;
  options: Pick<ComfyOptions, 'pollMs' | 'deafAfterMs' | 'goneAfterMs'>;
  clock: Clock;
  signal: AbortSignal;
}

/** The history is written a moment after the end is told: so often it is asked at short intervals. */
const HASTY_LOOKS = 20;
const HASTY_MS = 50;
/** A prompt that is nowhere is looked for so often before it counts as lost. */
const LOOKS_FOR_LOST = 4;

/**
 * Waits for the end of a prompt in the server's history, whatever the socket says or leaves out.
 *
 * @throws EngineError when the server lost the prompt, or does not answer for too long; or the signal's reason
 */
export async function awaitEnd(wait: EndWait): Promise<HistoryEntry> {
  const { api, promptId, watch, bell, options, clock, signal } = wait;
  let answeredMs = clock.monotonic();
  let absences = 0;
  for (let looks = 0; ; looks++) {
    try {
      const found = await findPrompt(api, promptId, signal);
      answeredMs = clock.monotonic();
      if (found.state === 'ended') return found.entry;
      absences = found.state === 'absent' ? absences + 1 : 0;
      if (absences >= LOOKS_FOR_LOST) return endFromSocket(watch);
      if (found.state === 'pending') watch.repeat();
      else if (found.state === 'running') tend(wait);
    } catch (thrown) {
      signal.throwIfAborted();
      if (absences >= LOOKS_FOR_LOST) throw thrown;
      if (clock.monotonic() - answeredMs >= options.goneAfterMs) throw unavailable(thrown);
    }
    const isHasty = absences > 0 || (watch.succeeded() && looks < HASTY_LOOKS);
    await bell.rung(isHasty ? Math.min(HASTY_MS, options.pollMs) : options.pollMs, signal);
  }
}

/** Somebody cleared the history, but the socket told of the success and what came out. */
function endFromSocket(watch: PromptWatch): HistoryEntry {
  if (!watch.succeeded()) throw lost();
  return { outputs: { ...watch.outputs }, status: { status_str: 'success', messages: [] } };
}

/** A running prompt of which nothing is heard: the socket may be deaf, the prompt is not dead. */
function tend({ socket, watch, options }: EndWait): void {
  if (!socket.hears()) watch.repeat();
  if (socket.silentMs() >= options.deafAfterMs) socket.renew();
}
