/** A value that can be read and watched, in the shape that `useSyncExternalStore` and its kin expect. */
export interface Readable<T> {
  /** The value now; the same object until it changes. */
  get(): T;
  /** Calls back after each change; the returned function ends that. */
  subscribe(listener: () => void): () => void;
}

/** A value that its maker sets. */
export interface Observable<T> extends Readable<T> {
  set(value: T): void;
}

/** Makes an observable value. */
export function createObservable<T>(initial: T): Observable<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      // Wrapped, so that one function subscribed twice is two subscriptions.
      const own = (): void => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}
