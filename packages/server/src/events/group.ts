import { isTerminal, type LevelKind, type LoggedFact, type View } from '@rendercast/protocol';
import { createAudience, type LiveReader } from './audience.js';
import { type Chunk, createChunk, type Delivery, type Encoding } from './chunk.js';
import type { OpenCounters } from './counters.js';
import type { Flusher } from './flusher.js';
import type { JobLevel, Source, SourceListener } from './source.js';

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
  chunkOf(facts: readonly LoggedFact[]): Chunk;
  /** Frames of the newest levels. */
  newest(): Chunk;
  flush(): void;
  /** Counts a chunk that a reader was handed. */
  took(chunk: Chunk): void;
  /** Counts readers that are behind. */
  countBehind(change: 1 | -1): void;
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
  counters: OpenCounters;
  /** Name of the dialect, under which deliveries are counted. */
  dialect: string;
  /** Told each time that a reader was handed the end of a job. Absent: nobody wants to know. */
  endTold?: ((end: LoggedFact) => void) | undefined;
}): Group {
  const { source, view, encoding, flusher, counters, endTold } = options;
  const deliveries = counters.of(options.dialect);
  const levels = new Set(options.levels);
  const live = createAudience(encoding);
  let pending: Delivery[] = [];
  /** Where a pending level of a job and kind lies, so that a newer one takes its place. */
  const levelAt = new Map<string, { index: number; count: number }>();
  let flushed = source.head;

  const framesOf = ({ jobId, level, preview, job }: JobLevel): Delivery[] =>
    view.level(jobId, level, preview, job).map((frame) => ({
      frame,
      stamp: level,
      ends: null,
    }));

  const factFrames = (entry: LoggedFact): Delivery[] => {
    const ends = isTerminal(entry.fact) ? entry : null;
    return view.fact(entry).map((frame) => ({ frame, stamp: null, ends }));
  };

  const listener: SourceListener = {
    facts(logged) {
      if (live.size > 0) {
        // Levels before a fact stay before it; later ones are not merged over it.
        if (logged.length > 0) levelAt.clear();
        for (const entry of logged) pending.push(...factFrames(entry));
      }
      if (live.size === 0 || pending.length === 0) flushed = source.head;
      else flusher.soon(group);
    },
    level(carried) {
      if (live.size === 0 || !levels.has(carried.level.kind)) return;
      addLevel(carried);
      flusher.paced(group);
    },
    lost() {
      group.flush();
      for (const reader of live.readers()) reader.lose();
    },
  };

  function addLevel(carried: JobLevel): void {
    const frames = framesOf(carried);
    const key = `${carried.level.kind}:${carried.jobId}`;
    const place = levelAt.get(key);
    if (place !== undefined && place.count === frames.length) {
      for (const [offset, delivery] of frames.entries()) pending[place.index + offset] = delivery;
      deliveries.merged += live.size;
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
      return createChunk(facts.flatMap(factFrames), encoding);
    },
    newest() {
      const wanted = source.newestLevels().filter(({ level }) => levels.has(level.kind));
      return createChunk(wanted.flatMap(framesOf), encoding);
    },
    flush() {
      const leaving = pending;
      const from = flushed;
      flushed = source.head;
      if (leaving.length === 0) return;
      pending = [];
      levelAt.clear();
      live.hand(leaving, from);
    },
    took(chunk) {
      deliveries.facts += chunk.facts;
      deliveries.levels += chunk.deliveries.length - chunk.facts;
      if (endTold === undefined || chunk.facts === 0) return;
      for (const { ends } of chunk.deliveries) if (ends !== null) endTold(ends);
    },
    countBehind(change) {
      counters.behind += change;
    },
    join: (reader) => live.add(reader),
    leave: (reader) => live.remove(reader),
    close: () => source.remove(listener),
  };
  source.add(listener);
  return group;
}
