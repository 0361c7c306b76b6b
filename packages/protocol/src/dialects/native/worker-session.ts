import type { Effect, Outcome, Session, SessionInit } from '../../dialect.js';
import { ERRORS, RendercastError } from '../../errors.js';
import type { HeartbeatAnswer, ReportAnswer, Standing, Work, WorkEnd } from '../../worker/messages.js';
import {
  WORKER_SUBPROTOCOL,
  type WorkerMessage,
  type WorkerWord,
  workerMessageSchema,
} from '../../worker/socket-messages.js';
import type { WorkerVerbs, WorkRef } from '../../worker/verbs.js';

import { createMessageReader } from './read-message.js';
import { HELLO_WITHIN_MS, MAX_EARLY_MESSAGES } from './session.js';
import { answerOf, failure, refOf, send, verbOf } from './worker-answers.js';
import { createWorkerWords, type SaidWord, wordKey } from './worker-words.js';

const readMessage = createMessageReader(workerMessageSchema, [
  'hello',
  'claim',
  'heartbeat',
  'report',
  'handle',
  'succeed',
  'fail',
  'handBack',
  'ping',
]);

/** Heartbeats on their way at once: each may name a thousand jobs, and a store may take its time. */
const MAX_BEATS = 8;
const TOO_MANY = 'Too many words wait; read the answers.';

type Hello = Extract<WorkerMessage, { type: 'hello' }>;
type Settle = (outcome: Outcome) => Effect[];

/**
 *   mode      what it is                                      left by
 *   silent    open, no hello yet                              hello → checking or greeting; HELLO_WITHIN_MS → closed
 *   checking  the token is being looked up                    settled → greeting or closed
 *   greeting  the house hears what the worker is and holds    settled → ready or closed
 *   ready     welcomed; every word                            drain → closed
 *   closed    nothing is answered any more
 *
 * The socket holds nothing that counts: leases are in the store. It only saves the worker asking, since the house tells it at
 * once when a job should stop.
 */
type Mode = 'silent' | 'checking' | 'greeting' | 'ready' | 'closed';

/** The socket of one remote worker. */
export function createWorkerSession(init: SessionInit): Session {
  return new WorkerSession(init);
}

/** A class, as the session of watchers is: its methods are not made anew for each connection. */
class WorkerSession implements Session {
  readonly #init: SessionInit;
  readonly #words = createWorkerWords();
  /** What becomes of the calls on their way, by tag. */
  readonly #settling = new Map<string, Settle>();
  /** Attempts whose standing is waited upon. */
  readonly #watched = new Set<string>();
  /** Attempts whose last word is on its way: what changes about them meanwhile is its doing. */
  readonly #ending = new Set<string>();
  readonly #early: WorkerMessage[] = [];
  #mode: Mode = 'silent';
  #hello: Hello | null = null;
  #claims = false;
  #beats = 0;
  #asked = 0;

  constructor(init: SessionInit) {
    this.#init = init;
  }

  open(nowMs: number): Effect[] {
    return [{ do: 'wake', atMs: nowMs + HELLO_WITHIN_MS }];
  }

  message(data: string | Uint8Array): Effect[] {
    if (this.#mode === 'closed') return [];
    const read = readMessage(data);
    if ('error' in read) return [failure(read.error, read.ref)];
    const { message } = read;
    if (this.#mode === 'ready') return this.#act(message);
    if (this.#mode !== 'silent') return this.#hold(message);
    if (message.type === 'hello') return this.#heard(message);
    return [failure(new RendercastError('invalid_request', 'hello must come first.'), message.ref)];
  }

  tick(): Effect[] {
    if (this.#mode !== 'silent') return [];
    return this.#closing(new RendercastError('unauthorized', `No hello came within ${HELLO_WITHIN_MS} ms.`));
  }

  followed(): Effect[] {
    return [];
  }

  refused(): Effect[] {
    return [];
  }

  settled(tag: string, outcome: Outcome): Effect[] {
    if (this.#mode === 'closed') return [];
    if (tag === 'authenticate') return outcome.ok ? this.#greet() : this.#closing(outcome.error);
    const settle = this.#settling.get(tag);
    this.#settling.delete(tag);
    return settle?.(outcome) ?? [];
  }

  drain(retryAfterMs: number): Effect[] {
    if (this.#mode === 'closed') return [];
    this.#mode = 'closed';
    const { close } = ERRORS.shutting_down;
    return [send({ type: 'draining', retryAfterMs }), { do: 'close', code: close, reason: 'shutting_down' }];
  }

  #closing(error: RendercastError): Effect[] {
    this.#mode = 'closed';
    return [failure(error), { do: 'close', code: ERRORS[error.code].close, reason: error.code }];
  }

  #hold(message: WorkerMessage): Effect[] {
    if (this.#early.length >= MAX_EARLY_MESSAGES)
      return [
        failure(new RendercastError('too_many_requests', 'Wait for welcome before sending more.'), refOf(message)),
      ];
    this.#early.push(message);
    return [];
  }

  #heard(hello: Hello): Effect[] {
    this.#hello = hello;
    if (this.#init.authenticated) return this.#greet();
    if (hello.token === undefined) return this.#closing(new RendercastError('unauthorized'));
    this.#mode = 'checking';
    return [{ do: 'authenticate', token: hello.token }];
  }

  /** The first heartbeat: it tells whether this key may work, and how the jobs stand that the worker still holds. */
  #greet(): Effect[] {
    const hello = this.#hello;
    if (hello === null) return [];
    this.#mode = 'greeting';
    const { about, leases } = hello;
    return this.#ask<HeartbeatAnswer>(
      (worker, signal) => worker.heartbeat({ about, leases }, 0, signal),
      ({ leaseMs, jobs }) => {
        this.#mode = 'ready';
        const { connectionId, heartbeatMs } = this.#init;
        return [
          { do: 'wake', atMs: null },
          send({ type: 'welcome', protocol: WORKER_SUBPROTOCOL, connectionId, heartbeatMs, leaseMs, jobs }),
          ...this.#watchAll(leases, jobs),
          ...this.#early.splice(0).flatMap((message) => this.#act(message)),
        ];
      },
      (error) => this.#closing(error),
    );
  }

  #act(message: WorkerMessage): Effect[] {
    switch (message.type) {
      case 'hello':
        return [failure(new RendercastError('invalid_request', 'hello was said already.'))];
      case 'ping':
        return [send({ type: 'pong', ref: message.ref ?? null })];
      case 'claim':
        return this.#claim(message.waitMs, message.ref);
      case 'heartbeat':
        return this.#beat(message);
      default:
        return this.#take(message);
    }
  }

  #claim(waitMs: number, ref: string | undefined): Effect[] {
    const about = this.#hello?.about;
    if (about === undefined) return [];
    if (this.#claims) return [failure(new RendercastError('conflict', 'A claim of this socket waits already.'), ref)];
    this.#claims = true;
    return this.#ask<Work | null>(
      (worker, signal) => worker.claim(about, waitMs, signal),
      (work) => {
        this.#claims = false;
        const said = send({ type: 'work', ref: ref ?? null, work });
        return work === null ? [said] : [said, ...this.#watch(work, 'held')];
      },
      (error) => {
        this.#claims = false;
        return [failure(error, ref)];
      },
    );
  }

  #beat({ leases, ref }: Extract<WorkerMessage, { type: 'heartbeat' }>): Effect[] {
    const about = this.#hello?.about;
    if (this.#beats >= MAX_BEATS) return [failure(new RendercastError('too_many_requests', TOO_MANY), ref)];
    this.#beats += 1;
    return this.#ask<HeartbeatAnswer>(
      (worker, signal) => worker.heartbeat({ about, leases }, 0, signal),
      ({ jobs, leaseMs }) => {
        this.#beats -= 1;
        const said = send({ type: 'standings', ref: ref ?? null, jobs, leaseMs });
        return [said, ...this.#watchAll(leases, jobs)];
      },
      (error) => {
        this.#beats -= 1;
        return [failure(error, ref)];
      },
    );
  }

  #take(word: WorkerWord): Effect[] {
    const taken = this.#words.add(word);
    if (taken !== 'full') return taken === null ? [] : this.#carryOut(taken);
    return [failure(new RendercastError('too_many_requests', TOO_MANY), word.ref, word)];
  }

  #carryOut({ word, refs }: SaidWord): Effect[] {
    const key = wordKey(word);
    const isLast = word.type === 'succeed' || word.type === 'fail' || word.type === 'handBack';
    if (isLast) this.#ending.add(key);
    return this.#ask<ReportAnswer | WorkEnd>(
      (worker) => verbOf(worker, word),
      (answer) => {
        if (isLast) this.#watched.delete(key);
        this.#ending.delete(key);
        return [...refs.map((ref) => send(answerOf(answer, word, ref))), ...this.#next(key)];
      },
      (error) => {
        this.#ending.delete(key);
        if (error.code === 'superseded') this.#watched.delete(key);
        // It may have changed while the refused word kept the news back.
        const watch = isLast && error.code !== 'superseded' ? this.#watch(word, 'held') : [];
        return [...refs.map((ref) => failure(error, ref, word)), ...watch, ...this.#next(key)];
      },
    );
  }

  #next(key: string): Effect[] {
    const next = this.#words.done(key);
    return next === null ? [] : this.#carryOut(next);
  }

  #watchAll(leases: readonly WorkRef[], jobs: HeartbeatAnswer['jobs']): Effect[] {
    return leases.flatMap((ref, at) => this.#watch(ref, jobs[at]?.standing ?? 'superseded'));
  }

  /** Tells the worker as soon as one of its jobs stands otherwise than it does now. */
  #watch({ jobId, lease }: WorkRef, from: Standing): Effect[] {
    const ref: WorkRef = { jobId, lease };
    const key = wordKey(ref);
    if (from === 'superseded' || this.#watched.has(key)) return [];
    this.#watched.add(key);
    return this.#ask<Standing>(
      (worker, signal) => worker.watch(ref, from, signal),
      (standing) => {
        // Its own last word ended it, or is about to.
        if (!this.#watched.delete(key) || this.#ending.has(key)) return [];
        const news = send({ type: 'standing', ref: null, jobId, standing, wantsPreview: false });
        return [news, ...this.#watch(ref, standing)];
      },
      () => {
        this.#watched.delete(key); // the next word about the job tells how it stands
        return [];
      },
    );
  }

  #ask<T>(
    verb: (worker: WorkerVerbs, signal: AbortSignal) => Promise<T>,
    done: (value: T) => Effect[],
    refused: (error: RendercastError) => Effect[],
  ): Effect[] {
    this.#asked += 1;
    const tag = String(this.#asked);
    this.#settling.set(tag, (outcome) => (outcome.ok ? done(outcome.value as T) : refused(outcome.error)));
    return [{ do: 'call', tag, verb: ({ worker }, signal) => verb(worker, signal) }];
  }
}
