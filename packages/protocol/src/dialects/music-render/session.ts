import type { Submitted } from '../../commands.js';
import type { Effect, Followed, Outcome, Session, SessionInit, ViewFrame } from '../../dialect.js';
import { type RendercastError, toRendercastError } from '../../errors.js';
import type { Job } from '../../job.js';
import type { CompositionPlan } from '../../media.js';
import { isEnded } from '../../reduce.js';
import { shownId } from '../../shown-id.js';
import { codeOf, wordsOf } from './error.js';
import { errorMessage, type MessageErrorCode, progressMessage, resultMessage } from './messages.js';
import { readRenderMessage } from './request.js';
import { failureOf, resultOf } from './result.js';
import { passedBy, type Standing, standingAt } from './stages.js';
import { markDelivered, submitPlan } from './submit.js';
import type { About } from './view.js';

/**
 * One socket, one render.
 *
 *   phase        what it waits for                     left by
 *   listening    the plan                              a plan that can be rendered → submitting; any other → over
 *   submitting   the job, on disk                      its id → following; a refusal → over
 *   following    the end of the job                    success → delivering; failure, cancel → over
 *   delivering   the note that the result goes out     result → over
 *   over         nothing: closed with 1000, after a result or an error and never before
 */
type Phase = 'listening' | 'submitting' | 'following' | 'delivering' | 'over';

export function createMusicRenderSession(init: SessionInit): Session {
  let phase: Phase = 'listening';
  let requestId: string | null = null;
  let ended: Job | null = null;
  /** The highest percentage that was sent: it never falls. */
  let percent = -1;

  const timeAt = (nowMs: number): string => new Date(nowMs).toISOString();
  const close: Effect = { do: 'close', code: 1000, reason: '' };

  function progress(standings: readonly Standing[], nowMs: number): Effect[] {
    return standings.flatMap((standing): Effect[] => {
      if (standing.percent <= percent) return [];
      percent = standing.percent;
      return [{ do: 'send', frame: progressMessage(standing, timeAt(nowMs), requestId) }];
    });
  }

  function fail(code: MessageErrorCode, words: string, nowMs: number): Effect[] {
    if (phase === 'over') return [];
    phase = 'over';
    return [{ do: 'send', frame: errorMessage(code, words, timeAt(nowMs), requestId) }, close];
  }

  const refuse = (error: RendercastError, nowMs: number): Effect[] => fail(codeOf(error), wordsOf(error), nowMs);

  function submit(data: string | Uint8Array, nowMs: number): Effect[] {
    let plan: CompositionPlan;
    try {
      plan = readRenderMessage(data);
    } catch (error) {
      return refuse(toRendercastError(error), nowMs);
    }
    phase = 'submitting';
    return [{ do: 'call', tag: 'submit', verb: (verbs) => submitPlan(verbs, plan, init.engine) }];
  }

  function follow({ job }: Submitted, nowMs: number): Effect[] {
    phase = 'following';
    requestId = shownId(job);
    return [
      ...progress([standingAt('validating'), standingAt('validated')], nowMs),
      { do: 'follow', target: { job: job.id }, position: null, variant: '', levels: ['progress'] },
    ];
  }

  /** The render as it stands: one that was joined may have ended before. */
  function show({ snapshot }: Followed, nowMs: number): Effect[] {
    if (snapshot === null) return fail('SERVER_ERROR', 'The render is gone; send the plan again.', nowMs);
    const { job } = snapshot;
    const said = progress(passedBy(snapshot), nowMs);
    if (!isEnded(job)) return said;
    const failure = failureOf(job);
    return [...said, ...(failure === null ? deliver(job) : fail('SERVER_ERROR', failure, nowMs))];
  }

  function deliver(job: Job): Effect[] {
    phase = 'delivering';
    ended = job;
    return [{ do: 'call', tag: 'deliver', verb: (verbs) => markDelivered(verbs, job.id) }];
  }

  function handOver(nowMs: number): Effect[] {
    const result = ended === null ? null : resultOf(ended, init.fileUrl);
    if (result === null) return fail('SERVER_ERROR', 'The song of this render was removed.', nowMs);
    phase = 'over';
    return [{ do: 'send', frame: resultMessage(result) }, close];
  }

  function settle(tag: string, outcome: Outcome, nowMs: number): Effect[] {
    if (tag === 'submit' && phase === 'submitting')
      return outcome.ok ? follow(outcome.value as Submitted, nowMs) : refuseSubmit(outcome.error, nowMs);
    return tag === 'deliver' && phase === 'delivering' ? handOver(nowMs) : [];
  }

  /** The plan was good, so that what is wrong now is the server's: the client may come back with it. */
  const refuseSubmit = (error: RendercastError, nowMs: number): Effect[] =>
    fail(error.code === 'invalid_field' ? 'VALIDATION_ERROR' : 'SERVER_ERROR', wordsOf(error), nowMs);

  return {
    open: (nowMs) => progress([standingAt('connected')], nowMs),
    message: (data, nowMs) => (phase === 'listening' ? submit(data, nowMs) : []),
    tick: () => [],
    followed: (followed, nowMs) => (phase === 'following' ? show(followed, nowMs) : []),
    refused: (_target, error, nowMs) => fail('SERVER_ERROR', wordsOf(error), nowMs),
    wants(frame: ViewFrame) {
      const { percent: next } = frame.about as About;
      if (phase !== 'following') return false;
      if (next === null) return true;
      if (next <= percent) return false;
      percent = next;
      return true;
    },
    passed(frames) {
      const about = frames.map((frame) => frame.about as About).find((each) => each.ended !== null);
      if (about === undefined || about.ended === null || phase !== 'following') return [];
      if (about.percent !== null) return deliver(about.ended);
      phase = 'over';
      return [close];
    },
    settled: settle,
    dismissed(error, nowMs) {
      // What it closes for after the plan is not about the plan.
      return phase === 'listening' ? refuse(error, nowMs) : fail('SERVER_ERROR', wordsOf(error), nowMs);
    },
    drain(_retryAfterMs, nowMs) {
      if (phase === 'delivering') return handOver(nowMs);
      const goesOn = requestId === null ? 'Send the plan again' : 'The render goes on: send the same plan again';
      return fail('SERVER_ERROR', `The server goes down for a moment. ${goesOn} when it is back.`, nowMs);
    },
  };
}
