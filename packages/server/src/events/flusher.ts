import { performance } from 'node:perf_hooks';

/** Longest time levels are held back under load: p99 delay stays near it while deliveries double (see the bench). */
const MAX_HOLD_MS = 25;
/** The part of a core that flushing may take before levels are held back longer. */
const BUSY_SHARE = 0.4;

/** Something with frames to hand on. */
export interface Flushable {
  flush(): void;
}

/**
 * The one flush of a node. Facts leave at the end of the present turn of the loop. Levels leave then too while the
 * loop is calm, and are held back up to 25 ms, merging, as flushing takes up more of it.
 */
export interface Flusher {
  /** Flushes this at the end of the turn, and with it everything that is waiting. */
  soon(flushable: Flushable): void;
  /** Flushes this when the pace allows. */
  paced(flushable: Flushable): void;
  /**
   * Writes this after the flush, or at the end of the turn: connections with something in their outbox. Said once, not
   * again until it has been flushed.
   */
  written(flushable: Flushable): void;
  close(): void;
}

export function createFlusher(): Flusher {
  const groups = new Set<Flushable>();
  let outboxes: Flushable[] = [];
  let immediate: NodeJS.Immediate | null = null;
  let timer: NodeJS.Timeout | null = null;
  /** What a flush costs, smoothed, in milliseconds. */
  let costMs = 0;
  let lastEndMs = 0;

  function run(): void {
    immediate = null;
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const startMs = performance.now();
    drain(groups);
    write();
    lastEndMs = performance.now();
    costMs = costMs * 0.8 + (lastEndMs - startMs) * 0.2;
  }

  function write(): void {
    const writing = outboxes;
    outboxes = [];
    for (const outbox of writing) outbox.flush();
  }

  function atEndOfTurn(): void {
    immediate ??= setImmediate(run);
  }

  return {
    soon(flushable) {
      groups.add(flushable);
      atEndOfTurn();
    },
    paced(flushable) {
      groups.add(flushable);
      if (immediate !== null || timer !== null) return;
      const holdMs = Math.min(MAX_HOLD_MS, costMs / BUSY_SHARE) - (performance.now() - lastEndMs);
      if (holdMs < 1) atEndOfTurn();
      else timer = setTimeout(run, holdMs);
    },
    written(flushable) {
      outboxes.push(flushable);
      atEndOfTurn();
    },
    close() {
      if (immediate !== null) clearImmediate(immediate);
      if (timer !== null) clearTimeout(timer);
      groups.clear();
      outboxes = [];
    },
  };
}

/** Flushes what is there now; what is added meanwhile is flushed too (a group fills outboxes). */
function drain(set: Set<Flushable>): void {
  for (const flushable of set) {
    set.delete(flushable);
    flushable.flush();
  }
}
