import { type Chunk, createChunk, type Delivery, type Encoding } from './chunk.js';

/** A reader of a group that is up to date. */
export interface LiveReader {
  /** Takes the chunk, or says no: it is behind, and will catch up by itself from where the group stood. */
  take(chunk: Chunk, from: number): boolean;
  /** The only jobs that it can want to hear of, by their names; null: any. Said anew by joining again. */
  names(): ReadonlySet<string> | null;
  /** What comes next is gone for good. */
  lose(): void;
}

/** A reader that names more jobs than this is asked about every frame: being found by each of its names would cost more. */
const MAX_NAMES = 32;

/**
 * The live readers of a group, found by the jobs that they name. Where a thousand sockets share a feed and each follows a job
 * of its own, a frame is handed to those that it is for and costs nothing for the others.
 */
export interface Audience {
  readonly size: number;
  add(reader: LiveReader): void;
  remove(reader: LiveReader): void;
  readers(): LiveReader[];
  /** Hands what leaves to everyone that it may be for; whether they want it is asked there. */
  hand(leaving: readonly Delivery[], from: number): void;
}

export function createAudience(encoding: Encoding): Audience {
  /** With the names that they are found by; null: they are asked about everything. */
  const namesOf = new Map<LiveReader, readonly string[] | null>();
  const wide = new Set<LiveReader>();
  const byName = new Map<string, Set<LiveReader>>();

  function remove(reader: LiveReader): void {
    wide.delete(reader);
    for (const name of namesOf.get(reader) ?? []) {
      const found = byName.get(name);
      found?.delete(reader);
      if (found?.size === 0) byName.delete(name);
    }
    namesOf.delete(reader);
  }

  function add(reader: LiveReader): void {
    remove(reader);
    const names = reader.names();
    const kept = names === null || names.size > MAX_NAMES ? null : [...names];
    namesOf.set(reader, kept);
    if (kept === null) wide.add(reader);
    for (const name of kept ?? []) {
      const found = byName.get(name);
      if (found === undefined) byName.set(name, new Set([reader]));
      else found.add(reader);
    }
  }

  /** Readers that name jobs: one chunk for all that name just this one, the whole for those that name several. */
  function handByName(leaving: readonly Delivery[], whole: Chunk, from: number): void {
    const told = new Set<LiveReader>();
    for (const name of namesIn(leaving)) {
      let own: Chunk | null = null;
      for (const reader of byName.get(name) ?? []) {
        if (told.has(reader)) continue;
        told.add(reader);
        own ??= createChunk(
          leaving.filter(({ frame: { only } }) => only === undefined || only.includes(name)),
          encoding,
        );
        reader.take(namesOf.get(reader)?.length === 1 ? own : whole, from);
      }
    }
    if (leaving.every(({ frame: { only } }) => only !== undefined)) return;
    for (const [reader, names] of namesOf) if (names !== null && !told.has(reader)) reader.take(whole, from);
  }

  return {
    get size() {
      return namesOf.size;
    },
    add,
    remove,
    readers: () => [...namesOf.keys()],
    hand(leaving, from) {
      const whole = createChunk(leaving, encoding);
      for (const reader of wide) reader.take(whole, from);
      if (wide.size < namesOf.size) handByName(leaving, whole, from);
    },
  };
}

function namesIn(leaving: readonly Delivery[]): Set<string> {
  const names = new Set<string>();
  for (const { frame } of leaving) for (const name of frame.only ?? []) names.add(name);
  return names;
}
