import { type Followed, RendercastError, type ViewFrame } from '@rendercast/protocol';
import type { Chunk } from './chunk.js';
import type { Group, LiveReader } from './group.js';

/** One transport's end of a subscription: where chunks go. */
export interface Sink {
  /** True while the reader has more on its way than its window allows. */
  blocked(): boolean;
  write(chunk: Chunk): void;
  /** Calls back once when it is no longer blocked (or never, when it closes). */
  whenReady(callback: () => void): void;
  /** Which frames this reader wants; absent: all. */
  wants?(frame: ViewFrame): boolean;
  /** The reader has been given everything up to here and the newest levels: what follows is live. */
  live?(position: number): void;
  /**
   * What it had not read yet is gone: it goes on from a fresh start, and is told so before anything that follows. Absent:
   * it fails, and hears of it when it comes back.
   */
  reset?(followed: Followed): void;
  /** Reading the log failed for good: the reader should be cut off and come back. */
  failed(error: unknown): void;
}

/** One reader following one source. */
export interface Subscription {
  /** The number up to which it has been given everything. */
  readonly position: number;
  close(): void;
}

/**
 * Follows a group from a position. Up to date, the reader shares the group's chunks. Behind (a late start, or a
 * sink that blocks), it leaves the group, keeps nothing but its position, reads the facts it missed from the tail
 * or the log as its sink takes them, gets the newest levels in place of all it missed, and joins again. Where the log
 * has forgotten them it is closed, and `lost` is told where it stood.
 */
export function followGroup(
  group: Group,
  start: number,
  sink: Sink,
  onClose: () => void,
  lost: (position: number) => void = () => sink.failed(lostBehind()),
): Subscription {
  const { source } = group;
  let position = start;
  let live = false;
  let catching = false;
  let closed = false;
  let behind = false;

  const reader: LiveReader = {
    take(chunk, from) {
      if (sink.blocked()) {
        position = from;
        fallBehind();
        return false;
      }
      write(chunk);
      return true;
    },
    lose,
  };

  function write(chunk: Chunk): void {
    const wanted = sink.wants === undefined ? chunk : chunk.filter((frame) => sink.wants?.(frame) ?? true);
    if (wanted.deliveries.length === 0) return;
    sink.write(wanted);
    group.took(wanted);
  }

  function note(isBehind: boolean): void {
    if (isBehind === behind) return;
    behind = isBehind;
    group.countBehind(isBehind ? 1 : -1);
  }

  function fallBehind(): void {
    if (live) position = Math.min(position, group.flushed);
    live = false;
    group.leave(reader);
    note(!closed);
    if (!closed) sink.whenReady(() => catchUp());
  }

  function catchUp(): void {
    if (closed || catching || live) return;
    catching = true;
    note(true);
    readOn()
      .catch((error: unknown) => {
        if (!closed) sink.failed(error);
      })
      .finally(() => {
        catching = false;
      });
  }

  async function readOn(): Promise<void> {
    while (!closed && !live) {
      if (sink.blocked()) {
        await new Promise<void>((resolve) => sink.whenReady(resolve));
        continue;
      }
      if (goOnFromMemory()) continue;
      const page = await source.read(position);
      if (closed) return;
      if (page.horizon > position) return lose();
      // Never past what live readers have: the group hands on the rest.
      const facts = page.facts.filter((entry) => source.numberOf(entry) <= group.flushed);
      write(group.chunkOf(facts));
      position = Math.max(position, Math.min(page.upTo, group.flushed));
      if (page.upTo <= position && page.facts.length === 0 && position < group.flushed) position = group.flushed;
    }
  }

  /** The log does not reach back to where this reader stands. */
  function lose(): void {
    if (live) position = group.flushed;
    close();
    lost(position);
  }

  /** One step that needs no store: hands on what is in memory, or joins the live readers. False: the log is needed. */
  function goOnFromMemory(): boolean {
    group.flush(); // nothing is pending from here to the join
    if (position < group.flushed && position < source.tailFrom) return false;
    if (position < group.flushed) {
      write(group.chunkOf(source.inMemory(position).filter((entry) => source.numberOf(entry) <= group.flushed)));
      position = group.flushed;
      if (sink.blocked()) return true;
    }
    if (source.gone) {
      lose();
      return true;
    }
    write(group.newest());
    live = true;
    note(false);
    group.join(reader);
    sink.live?.(position);
    return true;
  }

  function close(): void {
    if (closed) return;
    closed = true;
    note(false);
    group.leave(reader);
    onClose();
  }

  // Everything that is in memory goes out in this very turn, so that a subscribe is answered in one piece.
  if (!sink.blocked()) goOnFromMemory();
  // Also where that filled its window.
  if (!live) catchUp();

  return {
    get position() {
      return live ? group.flushed : position;
    },
    close,
  };
}

/** The error of a reader that cannot be told of a reset where it is. */
export function lostBehind(): RendercastError {
  return new RendercastError('storage_unavailable', 'what comes next was forgotten; come back for a fresh start');
}
