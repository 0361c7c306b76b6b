import { formatPosition } from '@rendercast/protocol';
import type { FollowRequest, Prepared } from './follow.js';
import type { Group } from './group.js';
import { followGroup, lostBehind, type Sink, type Subscription } from './subscription.js';

/** Where a reader starts in a group that it has joined. */
interface Start {
  group: Group;
  leave: () => void;
  at: number;
}

/** What starting over needs of the subscriptions. */
export interface StartingOver {
  prepare(request: FollowRequest): Promise<Prepared>;
  epoch: string;
}

/** Follows from a number. Where the log turns out not to reach back to it, the reader is reset and goes on. */
export function followWithResets(house: StartingOver, request: FollowRequest, start: Start, sink: Sink): Subscription {
  const following = new Following(house, request, sink);
  following.begin(start);
  return following;
}

/** A class, because there is one for each open subscription: see decision 006. */
class Following implements Subscription {
  readonly #house: StartingOver;
  readonly #request: FollowRequest;
  readonly #sink: Sink;
  #current: Subscription | null = null;
  #closed = false;

  constructor(house: StartingOver, request: FollowRequest, sink: Sink) {
    this.#house = house;
    this.#request = request;
    this.#sink = sink;
  }

  get position(): number {
    return this.#current?.position ?? 0;
  }

  begin({ group, leave, at }: Start): void {
    this.#current = followGroup(group, at, this.#sink, leave, this);
  }

  /** The log does not reach back to where the reader stands. */
  lost(position: number): void {
    void this.#startOver(position);
  }

  renamed(): void {
    this.#current?.renamed();
  }

  close(): void {
    this.#closed = true;
    this.#current?.close();
  }

  async #startOver(n: number): Promise<void> {
    const sink = this.#sink;
    if (sink.reset === undefined) return sink.failed(lostBehind());
    try {
      const position = formatPosition({ epoch: this.#house.epoch, n });
      const prepared = await this.#house.prepare({ ...this.#request, position });
      if (!this.#closed) sink.reset(prepared.followed);
      // It may have closed at the news.
      if (this.#closed) prepared.giveUp();
      else this.#current = prepared.start(sink);
    } catch (error) {
      if (!this.#closed) sink.failed(error);
    }
  }
}
