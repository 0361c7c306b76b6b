import type { Filter } from '@rendercast/protocol/commands';
import type { Snapshot } from '@rendercast/protocol/job';
import { formatPosition, parsePosition } from '@rendercast/protocol/position';
import { isEnded } from '@rendercast/protocol/reduce';
import type { Audience } from './audience.js';
import type { Connection } from './connection.js';
import { createFeedChannel, type FeedChannel, type FeedObserver } from './feed-channel.js';
import { type ChannelContext, createJobChannel, type JobChannel, type JobObserver } from './job-channel.js';
import type { Subscription, Wants } from './subscription.js';

/** A seat in a channel's audience. */
export interface Seat<C> {
  readonly channel: C;
  /** To be called once, when done. */
  leave(): void;
}

/** Where a follower of a job wants to start: a snapshot it has, or the first fact. */
export type JobStart = Snapshot | 'start' | null;

/** All that is followed: one stream for each job or feed, however many follow it. */
export interface Channels {
  job(id: string, wants: Wants, observer: JobObserver, start: JobStart): Seat<JobChannel>;
  /** `start` counts only where nobody follows the feed yet. */
  feed(filter: Filter, wants: Wants, observer: FeedObserver, start: string): Seat<FeedChannel>;
  /** The store's epoch, once any position has told it. */
  epoch(): string | null;
  /** Forgets all; followers hear no more. */
  close(): void;
}

interface Entry<C> {
  channel: C;
  linger: ReturnType<typeof setTimeout> | undefined;
  /** What its stream was asked for; null before the first time. */
  asked: Wants | null;
}

type Channel<O> = Subscription & { readonly audience: Audience<O> };

/** Makes the set of channels over a connection. */
export function createChannels(connection: Connection, lingerMs: number): Channels {
  let epoch: string | null = null;
  const context: ChannelContext = {
    heal: (subscription) => connection.heal(subscription),
    learn(position) {
      epoch = parsePosition(position)?.epoch ?? epoch;
    },
  };
  const jobs = createPool<JobObserver, JobChannel>(connection, (channel) =>
    channel.snapshot !== null && isEnded(channel.snapshot.job) ? 0 : lingerMs,
  );
  const feeds = createPool<FeedObserver, FeedChannel>(connection, () => lingerMs);

  function startOf(start: JobStart): { snapshot: Snapshot | null; position: string } | null {
    if (start === null) return null;
    if (start !== 'start') return { snapshot: start, position: start.position };
    return epoch === null ? null : { snapshot: null, position: formatPosition({ epoch, n: 0 }) };
  }

  return {
    job: (id, wants, observer, start) =>
      jobs.enter(id, () => createJobChannel(id, startOf(start), context), wants, observer),
    feed: (filter, wants, observer, start) =>
      feeds.enter(filterKey(filter), () => createFeedChannel(filter, start, context), wants, observer),
    epoch: () => epoch,
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

function createPool<O, C extends Channel<O>>(connection: Connection, lingerMsOf: (channel: C) => number) {
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
    enter(key: string, create: () => C, wants: Wants, observer: O): Seat<C> {
      const entry = entries.get(key) ?? make(key, create());
      const { channel } = entry;
      clearTimeout(entry.linger);
      channel.audience.add(observer, wants);
      ask(key, entry);
      return {
        channel,
        leave() {
          channel.audience.remove(observer);
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
