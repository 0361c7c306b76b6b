import { timedOut } from './http-error.js';

/** A signal that aborts when another does or when time is up. */
export interface Deadline {
  signal: AbortSignal;
  /** Starts the time again, or with another length. */
  extend(delayMs: number): void;
  abort(reason: unknown): void;
  /** Stops the clock; the other signal still counts. */
  disarm(): void;
  /** Lets go of timer and listener; to be called when the work is done. */
  release(): void;
}

/** Bounds some work in time; late, it is aborted with `unreachable`. */
export function createDeadline(delayMs: number, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const follow = (): void => controller.abort(outer?.reason);
  const extend = (nextMs: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(timedOut()), nextMs);
  };
  if (outer?.aborted === true) follow();
  else {
    outer?.addEventListener('abort', follow);
    extend(delayMs);
  }
  return {
    signal: controller.signal,
    extend,
    abort: (reason) => controller.abort(reason),
    disarm: () => clearTimeout(timer),
    release() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', follow);
    },
  };
}
