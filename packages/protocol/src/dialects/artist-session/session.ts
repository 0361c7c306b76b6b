import type { Effect, Outcome, Session, SessionInit, Target, ViewFrame } from '../../dialect.js';
import { ERRORS, type ErrorCode } from '../../errors.js';
import { createHeard } from '../../heard.js';
import type { Snapshot } from '../../job.js';
import { isEnded } from '../../reduce.js';
import { shownId } from '../../shown-id.js';
import { figuresOf } from '../../steady-progress.js';
import { type About, aboutOf, endMessage, progressMessage, startMessage } from './frames.js';
import { look, lookAtRunning } from './look.js';
import { message } from './messages.js';
import { readClientMessage } from './request.js';
import type { Variant } from './view.js';

/** Sessions named per socket; the oldest are forgotten beyond it, so that one socket costs a known amount of memory. */
const MAX_NAMES = 10_000;

/** So long after it opened a socket that has not subscribed is told what runs: one that subscribes asks for it itself. */
const GRACE_MS = 500;

/**
 * One socket: it follows the feed of all images. Until its first subscribe it hears of every session it may see, then of
 * those that it named; of the gallery always. A session that it comes late to is looked up and told as it stands, as far
 * as this socket has not heard it; no progress is told before that.
 */
export function createArtistSession(init: SessionInit): Session {
  const variant: Variant = init.query.previews === 'true' || init.query.previews === '1' ? 'previews' : 'plain';
  const target: Target = { feed: { kind: 'image' } };
  const heard = createHeard();
  let named: Set<string> | null = null;
  /** Sessions to be looked up once the feed stands: what was looked up before could miss what comes next. Null: it stands. */
  let waiting: string[] | null = [];
  let graceOver = false;
  let closed = false;

  const send = (frame: string): Effect => ({ do: 'send', frame });
  const timeAt = (nowMs: number): string => new Date(nowMs).toISOString();

  function leave(code: ErrorCode): Effect {
    closed = true;
    return { do: 'close', code: ERRORS[code].close, reason: code };
  }

  function subscribe(id: string): Effect[] {
    named ??= new Set();
    if (named.has(id)) return [];
    named.add(id);
    const [oldest] = named;
    if (named.size > MAX_NAMES && oldest !== undefined) named.delete(oldest);
    const narrow: Effect = { do: 'narrow' };
    if (waiting === null) return [narrow, show([id])];
    waiting.push(id);
    return [narrow];
  }

  const show = (ids: readonly string[]): Effect => ({
    do: 'call',
    tag: 'look',
    verb: (verbs, signal) => look(verbs, ids, signal),
  });
  const showRunning = (): Effect => ({ do: 'call', tag: 'look', verb: lookAtRunning });

  /** A session as it stands, as far as the socket has not heard it; one that waits says nothing yet. */
  function showOne({ job, levels }: Snapshot, nowMs: number): Effect[] {
    if (job.state === 'queued' || (heard.knows(job.id) && !isEnded(job))) return [];
    const shown = shownId(job);
    if (!hearsOf(job.id, shown)) return [];
    const at = timeAt(nowMs);
    const figures = figuresOf(job, levels.progress ?? null);
    const fraction = figures?.fraction ?? 0;
    if (isEnded(job)) {
      const isNews = heard.isNews(job.id, { part: 'end', fraction, shown });
      return isNews ? [send(endMessage(job, at, init.fileUrl))] : [];
    }
    const effects: Effect[] = [];
    if (heard.isNews(job.id, { part: 'start', fraction: 0, shown })) effects.push(send(startMessage(job, at)));
    if (figures !== null && heard.isNews(job.id, { part: 'progress', fraction, shown }))
      effects.push(send(progressMessage(job, figures, at)));
    return effects;
  }

  const hearsOf = (jobId: string, shown: string): boolean => named === null || named.has(jobId) || named.has(shown);

  function hears(jobId: string, about: Extract<About, { of: 'job' }>): boolean {
    if (!hearsOf(jobId, about.shown)) return false;
    if (about.part === 'progress' && !heard.knows(jobId)) return false; // its start comes with the look-up
    return heard.isNews(jobId, about);
  }

  function settle(outcome: Outcome, nowMs: number): Effect[] {
    if (closed) return [];
    // Where the house cannot answer, the client is to come back.
    if (!outcome.ok) return [leave(outcome.error.code)];
    return (outcome.value as Snapshot[]).flatMap((each) => showOne(each, nowMs));
  }

  return {
    open: (nowMs) => [
      { do: 'wake', atMs: nowMs + GRACE_MS },
      {
        do: 'follow',
        target,
        position: null,
        variant,
        levels: variant === 'previews' ? ['progress', 'preview'] : ['progress'],
      },
    ],
    message(data, nowMs) {
      const said = closed ? null : readClientMessage(data);
      if (said === null) return [];
      return said.type === 'ping' ? [send(message('pong', timeAt(nowMs), {}))] : subscribe(said.session_id);
    },
    tick() {
      graceOver = true;
      return closed || named !== null || waiting !== null ? [] : [showRunning()];
    },
    followed({ reset }) {
      if (closed || (waiting === null && reset === null)) return [];
      // After a reset, what was not read in time is gone: what was heard of is shown as it stands now.
      const ids = waiting ?? [...new Set([...heard.open(), ...(named ?? [])])];
      waiting = null;
      return [...(ids.length === 0 ? [] : [show(ids)]), ...(named === null && graceOver ? [showRunning()] : [])];
    },
    refused: (_target, error) => (closed ? [] : [leave(error.code)]),
    wants(frame: ViewFrame) {
      const about = aboutOf(frame);
      if (about === null || about.of === 'gallery') return about !== null;
      return about.of === 'note' ? hearsOf(frame.jobId, about.shown) : hears(frame.jobId, about);
    },
    names: () => named,
    settled: (_tag, outcome, nowMs) => settle(outcome, nowMs),
    drain(retryAfterMs, nowMs) {
      if (closed) return [];
      const data = { event: 'draining', retry_after_seconds: retryAfterMs / 1_000 };
      return [send(message('custom', timeAt(nowMs), { data })), leave('shutting_down')];
    },
  };
}
