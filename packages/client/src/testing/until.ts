/** Waits until a condition holds; fails after a time that no healthy run needs. */
export async function until(holds: () => boolean, what: string, withinMs = 10_000): Promise<void> {
  const startedAt = performance.now();
  while (!holds()) {
    if (performance.now() - startedAt > withinMs) throw new Error(`did not happen in ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
