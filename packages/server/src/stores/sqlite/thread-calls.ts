import type { Worker } from 'node:worker_threads';
import { RendercastError } from '@rendercast/protocol/errors';
import {
  type Answer,
  type Call,
  type CommitFigures,
  type FromThread,
  fromFailure,
  type ToThread,
  toFailure,
} from './thread-messages.js';

/** A table of verbs: each takes one input. */
type Verbs<V> = { [K in keyof V]: (input: never) => unknown };

/** Calls verbs of a worker thread. */
export interface ThreadCalls<V extends Verbs<V>> {
  /** What the thread said when it was ready. Rejects with what kept it from getting there. */
  ready: Promise<unknown>;
  call<K extends keyof V & string>(verb: K, input: Parameters<V[K]>[0]): Promise<ReturnType<V[K]>>;
  /** Resolves once everything called before is done and the thread has gone. */
  close(): Promise<void>;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * Joins to a worker. The calls of one turn of the loop travel in one message, and so do the answers of one
 * group. Should the thread die, everything pending and to come is refused with `storage_unavailable`.
 */
export function createThreadCalls<V extends Verbs<V>>(
  worker: Worker,
  onDeath: (cause: Error) => void,
  onCommit: (commit: CommitFigures) => void = () => undefined,
): ThreadCalls<V> {
  const pending = new Map<number, Pending>();
  let outbox: Call[] = [];
  let lastId = 0;
  let refusal: Error | null = null;
  let deathCause: Error | null = null;
  const started = settleLater<unknown>();
  const gone = settleLater<void>();

  const tell = (message: ToThread) => worker.postMessage(message);
  function flush(): void {
    if (outbox.length === 0) return;
    const calls = outbox;
    outbox = [];
    try {
      tell({ calls });
    } catch {
      calls.forEach(tellAlone);
    }
  }

  /** Something in a group cannot be cloned (a function, say): only the call that holds it fails. */
  function tellAlone(call: Call): void {
    try {
      tell({ calls: [call] });
    } catch (thrown) {
      settle({ id: call.id, ok: false, failure: toFailure(thrown) });
    }
  }

  function settle(answer: Answer): void {
    const call = pending.get(answer.id);
    pending.delete(answer.id);
    if (answer.ok) call?.resolve(answer.value);
    else call?.reject(fromFailure(answer.failure));
  }

  worker.on('message', (message: FromThread) => {
    if ('answers' in message) {
      message.answers.forEach(settle);
      if (message.commit !== undefined) onCommit(message.commit);
    } else if ('ready' in message) started.resolve(message.ready);
    else if ('failed' in message) {
      refusal = fromFailure(message.failed);
      started.reject(refusal);
    }
  });
  worker.on('error', (error) => {
    deathCause = error;
  });
  worker.on('exit', () => {
    const expected = refusal !== null;
    const cause = deathCause ?? new Error('the thread ended');
    const error = new RendercastError('storage_unavailable', undefined, { cause });
    refusal ??= error;
    started.reject(error);
    for (const call of pending.values()) call.reject(error);
    pending.clear();
    gone.resolve();
    if (!expected) onDeath(cause);
  });

  return {
    ready: started.promise,
    call<K extends keyof V & string>(verb: K, input: Parameters<V[K]>[0]) {
      if (refusal !== null) return Promise.reject(refusal);
      return new Promise<ReturnType<V[K]>>((resolve, reject) => {
        lastId += 1;
        pending.set(lastId, { resolve: (value) => resolve(value as ReturnType<V[K]>), reject });
        outbox.push({ id: lastId, verb, input });
        // nextTick runs after the promises of this turn: whatever they call goes along.
        if (outbox.length === 1) process.nextTick(flush);
      });
    },
    async close() {
      if (refusal === null) {
        refusal = new RendercastError('shutting_down');
        flush();
        tell({ close: true });
      }
      await gone.promise;
    },
  };
}

function settleLater<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
