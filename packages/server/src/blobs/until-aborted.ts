/** A stream that ends with the signal's reason as soon as that aborts, even while its source says nothing. */
export async function* untilAborted(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const source = body[Symbol.asyncIterator]();
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
  });
  aborted.catch(() => undefined); // heard where it is raced
  signal.addEventListener('abort', stop, { once: true });
  let whole = false;
  try {
    for (;;) {
      signal.throwIfAborted();
      const next: IteratorResult<Uint8Array, unknown> = await Promise.race([source.next(), aborted]);
      whole = next.done === true;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    // Not waited for: a source that hangs would hang here too.
    if (!whole) void source.return?.().catch(() => undefined);
  }
}
