import type { Effect, Frame, Outcome, Session, SessionInit, ViewFrame } from '../../dialect.js';
import { ERRORS, type RendercastError } from '../../errors.js';
import { createHeard } from '../../heard.js';
import type { Snapshot } from '../../job.js';
import { isEnded } from '../../reduce.js';
import { shownId } from '../../shown-id.js';
import { figuresOf } from '../../steady-progress.js';
import { wordsOf } from './error.js';
import { createFollowing } from './following.js';
import { aboutOf, completeMessage, updateMessage } from './frames.js';
import { look } from './look.js';
import { type DataOf, type MessageType, message, timeAt } from './messages.js';
import { cancelAll, queueOf, submitAll } from './queue-calls.js';
import { type ClientMessage, readClientMessage } from './request.js';
import { createSubscription } from './subscription.js';
import type { Variant } from './view.js';

/** So long flat messages wait for a first subscribe: clients that subscribe take what comes next for its confirmation. */
const GRACE_MS = 500;
/** Flat messages kept meanwhile; the oldest are dropped beyond it. */
const MAX_HELD = 500;

type Verb = Extract<Effect, { do: 'call' }>['verb'];
type Names = readonly string[] | null;

/**
 * One socket: it follows the feed of all images from the start, in the form that its client reads, and lets through what
 * the client has subscribed to.
 *
 *   form       what it is                              left by
 *   flat       no subscribe yet: every job, flat,      subscribe → updates or previews, once the feed stands in that form
 *              held back for the first GRACE_MS
 *   updates    wrapped messages                        subscribe with include_previews → previews
 *   previews   wrapped messages, pictures with them    drain → closed
 *
 * A subscribe is confirmed when the feed stands in the form that it needs; from then on nothing live is missed. Only
 * after that are the jobs looked up for a late subscriber; what came live meanwhile is not told again.
 */
export function createProgressFeedSession(init: SessionInit, flat: Variant): Session {
  const subscription = createSubscription();
  const heard = createHeard();
  const following = createFollowing(init.epoch, flat);
  /** Subscribes to be confirmed, each with the jobs that are new with it (null: all). */
  let waiting: { jobIds: Names; fresh: Names }[] = [];
  const settling = new Map<string, (value: unknown, nowMs: number) => Effect[]>();
  const failing = new Map<string, (error: RendercastError, nowMs: number) => Effect[]>();
  let calls = 0;
  let closed = false;
  /** Flat messages held back; null once they are let through, or are no longer wanted. */
  let held: Frame[] | null = [];

  const say = <T extends MessageType>(type: T, nowMs: number, data: DataOf<T>): Effect => ({
    do: 'send',
    frame: message(type, timeAt(nowMs), data),
  });

  function leave({ code }: Pick<RendercastError, 'code'>): Effect {
    closed = true;
    return { do: 'close', code: ERRORS[code].close, reason: code };
  }

  /** Asks the house; where it cannot answer, the client is to come back, unless the failure has words of its own. */
  function call(
    verb: Verb,
    settled: (value: unknown, nowMs: number) => Effect[],
    failed: (error: RendercastError, nowMs: number) => Effect[] = (error) => [leave(error)],
  ): Effect {
    calls += 1;
    const tag = `call-${calls}`;
    settling.set(tag, settled);
    failing.set(tag, failed);
    return { do: 'call', tag, verb };
  }

  /** The grace is over: what was held back goes out, and what follows goes straight through. */
  function release(): Effect[] {
    const now = held ?? [];
    held = null;
    return now.map((frame): Effect => ({ do: 'send', frame }));
  }

  function hearsFlat({ frame }: ViewFrame): boolean {
    if (following.wanted !== flat) return false;
    if (held === null) return true;
    held.push(frame);
    if (held.length > MAX_HELD) held.shift();
    return false;
  }

  function subscribe(jobIds: Names, previews: boolean, nowMs: number): Effect[] {
    held = null;
    waiting.push({ jobIds, fresh: subscription.add(jobIds) });
    const stays = following.wanted === 'previews';
    const effects = following.want(previews || stays ? 'previews' : 'updates');
    return [{ do: 'narrow' }, ...(following.stands() ? confirm(nowMs) : effects)];
  }

  /** Confirms the subscribes that wait, then shows their jobs as they stand. */
  function confirm(nowMs: number): Effect[] {
    const now = waiting;
    waiting = [];
    return now.flatMap(({ jobIds, fresh }) => {
      const said = say('subscription_confirmed', nowMs, { job_ids: jobIds === null ? null : [...jobIds] });
      return fresh?.length === 0 ? [said] : [said, show(fresh)];
    });
  }

  function show(names: Names): Effect {
    return call(
      (verbs, signal) => look(verbs, names, signal),
      (found, nowMs) => (found as Snapshot[]).flatMap((each) => showOne(each, nowMs)),
    );
  }

  /** A job as it stands, as far as the socket has not heard it. */
  function showOne({ job, levels }: Snapshot, nowMs: number): Effect[] {
    const shown = shownId(job);
    if (!subscription.has(job.id, shown)) return [];
    const figures = figuresOf(job, levels.progress ?? null, null);
    const fraction = figures?.fraction ?? 0;
    if (job.state === 'queued' && heard.knows(job.id)) return []; // it has heard of what came after
    const part = isEnded(job) ? 'final' : job.state === 'queued' ? 'waiting' : 'progress';
    if (!heard.isNews(job.id, { part, fraction, shown })) return [];
    const update: Effect = { do: 'send', frame: updateMessage(job, figures, timeAt(nowMs)) };
    if (!isEnded(job)) return [update];
    heard.isNews(job.id, { part: 'end', fraction, shown });
    return [update, { do: 'send', frame: completeMessage(job, timeAt(nowMs), init.fileUrl) }];
  }

  function act(said: ClientMessage, nowMs: number): Effect[] {
    switch (said.type) {
      case 'subscribe':
        return subscribe(said.job_ids ?? null, said.include_previews === true, nowMs);
      case 'unsubscribe':
        subscription.remove(said.job_ids ?? null);
        heard.forget((jobId, shown) => !subscription.has(jobId, shown));
        return [{ do: 'narrow' }, say('unsubscription_confirmed', nowMs, { job_ids: said.job_ids ?? null })];
      case 'ping':
        return [say('pong', nowMs, {})];
      case 'cancel':
        return [answer('cancellation_confirmed', (verbs, signal) => cancelAll(verbs, said.job_ids, signal))];
      case 'get_queue':
        return [answer('queue_update', (verbs, signal) => queueOf(verbs, init.fileUrl, nowMs, signal))];
      case 'submit':
        return [submit(said.jobs)];
    }
  }

  /** A call whose value is the answer. */
  function answer(type: 'cancellation_confirmed' | 'queue_update', verb: Verb): Effect {
    return call(verb, (value, nowMs) => [say(type, nowMs, value as DataOf<typeof type>)]);
  }

  function submit(jobs: readonly unknown[]): Effect {
    const confirmed = (job_ids: string[] | null, error_message: string | null, nowMs: number): Effect[] => [
      say('submission_confirmed', nowMs, { job_ids, error_message }),
    ];
    return call(
      (verbs) => submitAll(verbs, jobs, init.engine),
      (value, nowMs) => confirmed(value as string[], null, nowMs),
      (error, nowMs) => confirmed(null, wordsOf(error), nowMs),
    );
  }

  /** What was not read in time is gone: everything subscribed to is shown as it stands now. */
  function lookAgain(): Effect[] {
    const { all, names } = subscription.whole();
    const named = [...new Set([...names, ...heard.open()])];
    return [...(all ? [show(null)] : []), ...(named.length > 0 ? [show(named)] : [])];
  }

  function settle(tag: string, outcome: Outcome, nowMs: number): Effect[] {
    const [settled, failed] = [settling.get(tag), failing.get(tag)];
    settling.delete(tag);
    failing.delete(tag);
    if (closed) return [];
    return (outcome.ok ? settled?.(outcome.value, nowMs) : failed?.(outcome.error, nowMs)) ?? [];
  }

  return {
    open: (nowMs) => [
      say('connected', nowMs, { connection_id: init.connectionId, message: 'Connected to the progress feed.' }),
      following.begin(),
      { do: 'wake', atMs: nowMs + GRACE_MS },
    ],
    message(data, nowMs) {
      const said = closed ? null : readClientMessage(data);
      return said === null ? [] : act(said, nowMs);
    },
    tick: () => (closed ? [] : release()),
    followed(followed, nowMs) {
      if (closed) return [];
      const effects = following.followed(followed);
      if (following.wanted === flat || !following.stands()) return effects;
      return [...effects, ...confirm(nowMs), ...(followed.reset === null ? [] : lookAgain())];
    },
    refused: (_target, error) => (closed ? [] : [leave(error)]),
    wants(frame: ViewFrame) {
      const about = aboutOf(frame);
      if (about === null || (about.place !== null && following.isBehind(about.place))) return false;
      if (about.flat) return hearsFlat(frame);
      return subscription.has(frame.jobId, about.shown) && heard.isNews(frame.jobId, about);
    },
    // Until its first subscribe it gets everything, flat.
    names: () => (following.wanted === flat ? null : subscription.names()),
    settled: settle,
    drain(retryAfterMs, nowMs) {
      if (closed) return [];
      const retry_after_seconds = retryAfterMs / 1_000;
      const goodbye = say('draining', nowMs, { message: 'The server goes down for a moment.', retry_after_seconds });
      return [goodbye, leave({ code: 'shutting_down' })];
    },
  };
}
