import type { Effect, Followed, Session, SessionInit, ViewFrame } from '../../dialect.js';
import { ERRORS, type ErrorCode } from '../../errors.js';
import { recordOfSnapshot, type TaskRecord } from './record.js';
import { readClientMessage } from './request.js';
import type { About } from './view.js';

/** After so long without a word from the client it gets a sign of life, in milliseconds. */
const KEEP_ALIVE_MS = 30_000;

/**
 * One socket of one task: it follows the client's id, whichever job that means, from before there is one, and from one
 * job that holds the id to the next. The record that was sent last is what the task is asked for between two events.
 */
export function createImageTaskSession(init: SessionInit): Session {
  const taskId = init.params.task ?? '';
  let last: { jobId: string; record: TaskRecord } | null = null;
  /** Questions that came before it was known how the task stands. */
  let asked = 0;
  let known = false;
  let quietSinceMs = 0;
  let closed = false;

  const timeAt = (nowMs: number): string => new Date(nowMs).toISOString();
  const send = (message: object): Effect => ({ do: 'send', frame: JSON.stringify(message) });

  function leave(code: ErrorCode): Effect {
    closed = true;
    return { do: 'close', code: ERRORS[code].close, reason: code };
  }

  function standing(nowMs: number): Effect {
    if (last !== null) return send({ ...last.record, timestamp: timeAt(nowMs) });
    const message = `Waiting for the task "${taskId}" to start.`;
    return send({ type: 'status', task_id: taskId, message, timestamp: timeAt(nowMs) });
  }

  function answer(nowMs: number): Effect[] {
    if (known) return [standing(nowMs)];
    asked += 1;
    return [];
  }

  function keepAlive(nowMs: number): Effect {
    quietSinceMs = nowMs;
    return { do: 'wake', atMs: nowMs + KEEP_ALIVE_MS };
  }

  /** A record that is news: of another job than before, or of the same one further on. */
  function isNews(jobId: string, record: TaskRecord): boolean {
    const before = last?.jobId === jobId ? last.record : null;
    if (before === null) return true;
    if (isLast(before)) return false;
    if (isLast(record)) return true;
    return before.status === 'pending' || (record.status !== 'pending' && record.percentage >= before.percentage);
  }

  return {
    open(nowMs) {
      const target = { job: taskId, heirs: true } as const;
      return [keepAlive(nowMs), { do: 'follow', target, position: null, variant: '', levels: ['progress'] }];
    },
    message(data, nowMs) {
      if (closed) return [];
      const quiet = keepAlive(nowMs);
      switch (readClientMessage(data)) {
        case 'ping':
          return [quiet, send({ type: 'pong' })];
        case 'get_progress':
          return [quiet, ...answer(nowMs)];
        default:
          return [quiet];
      }
    },
    tick(nowMs) {
      if (closed) return [];
      if (nowMs < quietSinceMs + KEEP_ALIVE_MS) return [{ do: 'wake', atMs: quietSinceMs + KEEP_ALIVE_MS }];
      return [send({ type: 'keep-alive' }), keepAlive(nowMs)];
    },
    followed({ snapshot }: Followed, nowMs) {
      if (closed) return [];
      const answers = 1 + asked;
      asked = 0;
      known = true;
      if (snapshot === null) last = null;
      else if (snapshot.job.kind === 'image') {
        const record = recordOfSnapshot(snapshot, timeAt(nowMs));
        if (isNews(snapshot.job.id, record)) last = { jobId: snapshot.job.id, record };
      }
      return Array.from({ length: answers }, () => standing(nowMs));
    },
    refused: (_target, error) => (closed ? [] : [leave(error.code)]),
    wants({ jobId, about }: ViewFrame) {
      const { record } = about as About;
      if (!isNews(jobId, record)) return false;
      last = { jobId, record };
      return true;
    },
    settled: () => [],
    drain(retryAfterMs, nowMs) {
      if (closed) return [];
      const retry_after_seconds = retryAfterMs / 1_000;
      const message = 'The server goes down for a moment; the task goes on when it is back.';
      const goodbye = { type: 'status', task_id: taskId, message, retry_after_seconds, timestamp: timeAt(nowMs) };
      return [send(goodbye), leave('shutting_down')];
    },
  };
}

function isLast({ status }: TaskRecord): boolean {
  return status === 'completed' || status === 'failed';
}
