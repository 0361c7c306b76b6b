import type { Filter } from '@rendercast/protocol/commands';
import { isEnded } from '@rendercast/protocol/reduce';
import type { Audience } from './audience.js';
import type { Connection } from './connection.js';
import { createFeedChannel, type FeedArrival, type FeedChannel } from './feed-channel.js';
import { createJobChannel, type JobChannel, type JobEvent } from './job-channel.js';
import type { Failed, Subscription, Wants } from './subscription.js';

/** A seat in a channel's audience. */
export interface Seat<C> {
  readonly channel: C;
  /** To be called once, when done. */
  leave(): void;
}

/** All that is followed: one stream for each job or feed, however many follow it. */
export interface Channels {
  job(id: string, wants: Wants, hear: (event: JobEvent | Failed) => void): Seat<JobChannel>;
  /** `start` counts only where nobody follows the feed yet. */
  feed(filter: Filter, wants: Wants, hear: (event: FeedArrival | Failed) => void, start: string): Seat<FeedChannel>;
  /** Forgets all; followers hear no more. */
  close(): void;
}

interface Entry<C> {
  channel: C;
  linger: ReturnType<typeof setTimeout> | undefined;
  /** What its stream was asked for; null before the first time. */
  asked: Wants | null;
}

type Channel<E> = Subscription & { readonly audience: Audience<E> };

/** Makes the set of channels over a connection. */
export function createChannels(connection: Connection, lingerMs: number): Channels {
  const jobs = createPool<JobEvent | Failed, JobChannel>(connection, ({ snapshot }) =>
    snapshot !== null && isEnded(snapshot.job) ? 0 : lingerMs,
  );
  const feeds = createPool<FeedArrival | Failed, FeedChannel>(connection, () => lingerMs);
  return {
    job: (id, wants, hear) => jobs.enter(id, () => createJobChannel(id, connection.heal), wants, hear),
    feed: (filter, wants, hear, start) =>
      feeds.enter(filterKey(filter), () => createFeedChannel(filter, start), wants, hear),
    close() {
      jobs.close();
      feeds.close();
    },
  };
}

/** A name that equal filters share. */
export function filterKey(filter: Filter): string {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return JSON.stringify(given.sort(([left], [right]) => (left < right ? -1 : 1)));
}

function createPool<E, C extends Channel<E>>(connection: Connection, lingerMsOf: (channel: C) => number) {
  const entries = new Map<string, Entry<C>>();

  function drop(key: string, entry: Entry<C>): void {
    clearTimeout(entry.linger);
    if (entries.get(key) === entry) entries.delete(key);
    connection.unfollow(entry.channel);
  }

  function make(key: string, channel: C): Entry<C> {
    const entry: Entry<C> = { channel, linger: undefined, asked: null };
    entries.set(key, entry);
    return entry;
  }

  /** Opens the stream, or opens it anew if those who are there now want more or less than it was asked for. */
  function ask(key: string, entry: Entry<C>): void {
    const { channel, asked } = entry;
    const wants = channel.wants();
    entry.asked = wants;
    // Refused for good, it is forgotten: whoever comes next starts over.
    if (asked === null) connection.follow(channel, () => drop(key, entry));
    else if (asked.levels !== wants.levels || asked.previews !== wants.previews) connection.refollow(channel);
  }

  return {
    enter(key: string, create: () => C, wants: Wants, hear: (event: E) => void): Seat<C> {
      const entry = entries.get(key) ?? make(key, create());
      const { channel } = entry;
      clearTimeout(entry.linger);
      channel.audience.add(hear, wants);
      ask(key, entry);
      return {
        channel,
        leave() {
          channel.audience.remove(hear);
          if (entries.get(key) !== entry) return;
          if (channel.audience.size > 0) ask(key, entry);
          else entry.linger = setTimeout(() => drop(key, entry), lingerMsOf(channel));
        },
      };
    },
    close() {
      for (const [key, entry] of [...entries]) drop(key, entry);
    },
  };
}
