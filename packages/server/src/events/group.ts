import type { LevelKind, View } from '@rendercast/protocol';
import type { CarriedLevel } from './bus/bus.js';
import { type Chunk, createChunk, type Delivery, type Encoding } from './chunk.js';
import type { Flusher } from './flusher.js';
import type { Source, SourceListener } from './source.js';

/** A reader of a group that is up to date. */
export interface LiveReader {
  /** Takes the chunk, or says no: it is behind, and will catch up by itself from where the group stood. */
  take(chunk: Chunk, from: number): boolean;
}

export interface GroupCounters {
  facts(count: number): void;
  levels(count: number): void;
  merged(count: number): void;
}

/**
 * All readers that follow the same thing in the same dialect, variant and encoding. Each fact and level is turned
 * into frames once; a flush hands the same chunk to every reader that is up to date.
 */
export interface Group {
  readonly source: Source;
  /** The number up to which live readers have been given everything. */
  readonly flushed: number;
  readonly levels: ReadonlySet<LevelKind>;
  /** Frames of facts that a reader missed. */
  chunkOf(facts: readonly Parameters<View['fact']>[0][]): Chunk;
  /** Frames of the newest levels. */
  newest(): Chunk;
  flush(): void;
  join(reader: LiveReader): void;
  leave(reader: LiveReader): void;
  close(): void;
}

export function createGroup(options: {
  source: Source;
  view: View;
  levels: readonly LevelKind[];
  encoding: Encoding;
  flusher: Flusher;
  counters: GroupCounters;
}): Group {
  const { source, view, encoding, flusher, counters } = options;
  const levels = new Set(options.levels);
  const live = new Set<LiveReader>();
  let pending: Delivery[] = [];
  /** Where a pending level of a job and kind lies, so that a newer one takes its place. */
  const levelAt = new Map<string, { index: number; count: number }>();
  let flushed = source.head;

  const framesOf = (carried: CarriedLevel): Delivery[] =>
    view.level(carried.jobId, carried.level, carried.preview).map((frame) => ({ frame, stamp: carried.level }));

  const listener: SourceListener = {
    facts(logged) {
      if (live.size > 0) {
        // Levels before a fact stay before it; later ones are not merged over it.
        if (logged.length > 0) levelAt.clear();
        for (const entry of logged) for (const frame of view.fact(entry)) pending.push({ frame, stamp: null });
      }
      if (live.size === 0 || pending.length === 0) flushed = source.head;
      else flusher.soon(group);
    },
    level(carried) {
      if (live.size === 0 || !levels.has(carried.level.kind)) return;
      addLevel(carried);
      flusher.paced(group);
    },
  };

  function addLevel(carried: CarriedLevel): void {
    const frames = framesOf(carried);
    const key = `${carried.level.kind}:${carried.jobId}`;
    const place = levelAt.get(key);
    if (place !== undefined && place.count === frames.length) {
      for (const [offset, delivery] of frames.entries()) pending[place.index + offset] = delivery;
      counters.merged(live.size);
      return;
    }
    levelAt.set(key, { index: pending.length, count: frames.length });
    pending.push(...frames);
  }

  const group: Group = {
    source,
    levels,
    get flushed() {
      return flushed;
    },
    chunkOf(facts) {
      return createChunk(
        facts.flatMap((entry) => view.fact(entry).map((frame) => ({ frame, stamp: null }))),
        encoding,
      );
    },
    newest() {
      const wanted = source.newestLevels().filter(({ level }) => levels.has(level.kind));
      return createChunk(wanted.flatMap(framesOf), encoding);
    },
    flush() {
      const deliveries = pending;
      const from = flushed;
      flushed = source.head;
      if (deliveries.length === 0) return;
      pending = [];
      levelAt.clear();
      const chunk = createChunk(deliveries, encoding);
      const facts = deliveries.filter(({ stamp }) => stamp === null).length;
      for (const reader of live) {
        if (!reader.take(chunk, from)) continue;
        counters.facts(facts);
        counters.levels(deliveries.length - facts);
      }
    },
    join: (reader) => void live.add(reader),
    leave: (reader) => void live.delete(reader),
    close: () => source.remove(listener),
  };
  source.add(listener);
  return group;
}
