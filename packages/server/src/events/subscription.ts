import { type Followed, type LoggedFact, RendercastError, type ViewFrame } from '@rendercast/protocol';
import type { LiveReader } from './audience.js';
import type { Chunk } from './chunk.js';
import type { Group } from './group.js';

/** One transport's end of a subscription: where chunks go. */
export interface Sink {
  /** True while the reader has more on its way than its window allows. */
  blocked(): boolean;
  write(chunk: Chunk): void;
  /** Calls back once when it is no longer blocked (or never, when it closes). */
  whenReady(callback: () => void): void;
  /** Which frames this reader wants; absent: all. A function by itself, good for the chunk that is written now. */
  wants?: ((frame: ViewFrame) => boolean) | undefined;
  /** The only jobs that this reader can want to hear of, by their names; null or absent: any. */
  names?(): ReadonlySet<string> | null;
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

/** Who is told, beside or in place of the reader, how its following goes. */
export interface Fate {
  /** The log does not reach back to where the reader stands; the reader itself is not told. */
  lost(position: number): void;
  /** The reader has been given all that there was. */
  caughtUp?(): void;
}

/** One reader following one source. */
export interface Subscription {
  /** The number up to which it has been given everything. */
  readonly position: number;
  /** The sink names other jobs than before. */
  renamed(): void;
  close(): void;
}

/**
 * Follows a group from a position. Up to date, the reader shares the group's chunks. Behind (a late start, or a
 * sink that blocks), it leaves the group, keeps nothing but its position, reads the facts it missed from the tail
 * or the log as its sink takes them, gets the newest levels in place of all it missed, and joins again. Where the log
 * has forgotten them it is closed, and `fate` is told where it stood.
 */
export function followGroup(
  group: Group,
  start: number,
  sink: Sink,
  onClose: () => void,
  fate: Fate | null = null,
): Subscription {
  const follower = new Follower(group, start, sink, onClose, fate);
  follower.begin();
  return follower;
}

/** Facts handed on between two looks at the window: a page of large ones would fill it many times over. */
const FACTS_AT_ONCE = 16;

/** One reader of a group. A class, because there is one for each open connection: see decision 006. */
class Follower implements LiveReader, Subscription {
  readonly #group: Group;
  readonly #sink: Sink;
  readonly #onClose: () => void;
  readonly #fate: Fate | null;
  #position: number;
  #live = false;
  #catching = false;
  #closed = false;
  #behind = false;

  constructor(group: Group, start: number, sink: Sink, onClose: () => void, fate: Fate | null) {
    this.#group = group;
    this.#position = start;
    this.#sink = sink;
    this.#onClose = onClose;
    this.#fate = fate;
  }

  get position(): number {
    return this.#live ? this.#group.flushed : this.#position;
  }

  begin(): void {
    // Everything that is in memory goes out in this very turn, so that a subscribe is answered in one piece.
    if (!this.#sink.blocked()) this.#goOnFromMemory();
    // Also where that filled its window.
    if (!this.#live) this.#catchUp();
  }

  take(chunk: Chunk, from: number): boolean {
    if (this.#sink.blocked()) {
      this.#position = from;
      this.#fallBehind();
      return false;
    }
    this.#write(chunk);
    return true;
  }

  names(): ReadonlySet<string> | null {
    return this.#sink.names?.() ?? null;
  }

  renamed(): void {
    if (this.#live) this.#group.join(this);
  }

  /** The log does not reach back to where this reader stands. */
  lose(): void {
    if (this.#live) this.#position = this.#group.flushed;
    this.close();
    if (this.#fate === null) this.#sink.failed(lostBehind());
    else this.#fate.lost(this.#position);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#note(false);
    this.#group.leave(this);
    this.#onClose();
  }

  #write(chunk: Chunk): void {
    const sink = this.#sink;
    const { wants } = sink; // asked for once: it may be another for each chunk
    const wanted = wants === undefined ? chunk : chunk.filter(wants);
    if (wanted.deliveries.length === 0) return;
    sink.write(wanted);
    this.#group.took(wanted);
  }

  #note(isBehind: boolean): void {
    if (isBehind === this.#behind) return;
    this.#behind = isBehind;
    this.#group.countBehind(isBehind ? 1 : -1);
  }

  #fallBehind(): void {
    if (this.#live) this.#position = Math.min(this.#position, this.#group.flushed);
    this.#live = false;
    this.#group.leave(this);
    this.#note(!this.#closed);
    if (!this.#closed) this.#sink.whenReady(() => this.#catchUp());
  }

  #catchUp(): void {
    if (this.#closed || this.#catching || this.#live) return;
    this.#catching = true;
    this.#note(true);
    this.#readOn()
      .catch((error: unknown) => {
        if (!this.#closed) this.#sink.failed(error);
      })
      .finally(() => {
        this.#catching = false;
      });
  }

  async #readOn(): Promise<void> {
    const { source } = this.#group;
    while (!this.#closed && !this.#live) {
      if (this.#sink.blocked()) {
        await new Promise<void>((resolve) => this.#sink.whenReady(resolve));
        continue;
      }
      if (this.#goOnFromMemory()) continue;
      // What is handed on while we read is not in the page: only what was before it can be known to be nothing.
      const flushedBefore = this.#group.flushed;
      const page = await source.read(this.#position);
      if (this.#closed) return;
      if (page.horizon > this.#position) return this.lose();
      // Never past what live readers have: the group hands on the rest.
      const { flushed } = this.#group;
      const facts = page.facts.filter((entry) => source.numberOf(entry) <= flushed);
      if (!this.#handOn(facts)) continue;
      this.#position = Math.max(this.#position, Math.min(page.upTo, flushed));
      if (page.upTo <= this.#position && page.facts.length === 0)
        this.#position = Math.max(this.#position, flushedBefore);
    }
  }

  /** Hands on facts as the sink takes them. False: it is full, and the position is that of the last one taken. */
  #handOn(facts: readonly LoggedFact[]): boolean {
    for (let at = 0; at < facts.length; at += FACTS_AT_ONCE) {
      if (this.#sink.blocked()) return false;
      const some = facts.slice(at, at + FACTS_AT_ONCE);
      this.#write(this.#group.chunkOf(some));
      const last = some.at(-1);
      if (last !== undefined) this.#position = this.#group.source.numberOf(last);
    }
    return true;
  }

  /** One step that needs no store: hands on what is in memory, or joins the live readers. False: the log is needed. */
  #goOnFromMemory(): boolean {
    const group = this.#group;
    const { source } = group;
    group.flush(); // nothing is pending from here to the join
    if (this.#position < group.flushed && this.#position < source.tailFrom) return false;
    if (this.#position < group.flushed) {
      const facts = source.inMemory(this.#position).filter((entry) => source.numberOf(entry) <= group.flushed);
      if (!this.#handOn(facts)) return true;
      this.#position = group.flushed;
      if (this.#sink.blocked()) return true;
    }
    if (source.gone) {
      this.lose();
      return true;
    }
    this.#write(group.newest());
    this.#live = true;
    this.#note(false);
    group.join(this);
    this.#sink.live?.(this.#position);
    this.#fate?.caughtUp?.();
    return true;
  }
}

/** The error of a reader that cannot be told of a reset where it is. */
export function lostBehind(): RendercastError {
  return new RendercastError('storage_unavailable', 'what comes next was forgotten; come back for a fresh start');
}
