import { EngineError } from '../engine.js';
import { type HttpAnswer, LineError } from './http-line.js';
import { createJobPace, type JobPace } from './pace.js';
import type { ServerCalls } from './server-calls.js';

/** One request for pictures that is open at the server, and what is known of it. */
export interface Generation {
  readonly taskId: string;
  /** The answer, whatever it says. Rejects with a LineError when the connection broke. */
  readonly answer: Promise<HttpAnswer>;
  /** Resolves once there is an answer or a broken connection: never rejects. */
  readonly settled: Promise<void>;
  isOpen(): boolean;
  /** The server did nothing else when this was sent, and is ours alone: what it does now is this. */
  readonly alone: boolean;
  readonly pace: JobPace;
  /** Steps that it was planned with. */
  readonly steps: number;
  /** Gives it up: the connection is cut. */
  cut(): void;
}

export interface GenerationOrder {
  calls: ServerCalls;
  path: string;
  body: unknown;
  taskId: string;
  alone: boolean;
  steps: number;
  closing: AbortSignal;
}

/** Sends the request. */
export function openGeneration({ calls, path, body, taskId, alone, steps, closing }: GenerationOrder): Generation {
  const cut = new AbortController();
  const answer = calls.generate(path, body, AbortSignal.any([cut.signal, closing]));
  let open = true;
  const settled = answer.then(
    () => undefined,
    () => undefined, // whoever waits for the answer hears it
  );
  void settled.then(() => {
    open = false;
  });
  return {
    ...{ taskId, answer, settled, alone, steps, pace: createJobPace() },
    isOpen: () => open,
    cut: () => cut.abort(new EngineError('engine_unavailable', LOST, { retryable: true })),
  };
}

const LOST = 'The server lost the job, or does not answer any more.';

/** What a failure of the connection means for the job. */
export function lineVerdict(thrown: unknown): unknown {
  if (!(thrown instanceof LineError)) return thrown;
  if (thrown.kind === 'too-large') {
    return new EngineError('too_large', 'The answer of the server is larger than may be read.', { retryable: false });
  }
  return new EngineError('engine_unavailable', 'The connection to the server broke.', {
    retryable: true,
    cause: thrown,
  });
}
