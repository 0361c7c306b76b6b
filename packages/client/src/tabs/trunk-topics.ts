import type { ClientMessageInput, ServerMessageOf } from '@rendercast/protocol/dialects/native/messages';
import { filterKey } from '../channels.js';
import { isBehind } from '../feed-channel.js';
import type { PreviewMode, Wants } from '../subscription.js';

type Subscribe = Extract<ClientMessageInput, { type: 'subscribe' }>;

/** A stream of the server, and who hears it. */
export interface Topic<L> {
  readonly members: Map<L, Wants>;
  /** What it was last asked for. */
  request: Subscribe;
  /** Up to where its members have heard it: a position, or a cursor of a feed. */
  position: string;
}

/** A subscribe that awaits its answer. Without a line it is ours, or of one that left meanwhile. */
export interface Asked<L> {
  line: L | null;
  ref: string | null;
  request: Subscribe;
  wants: Wants;
}

/** Which line follows what, and what is asked of the server for all of them together. */
export interface TrunkTopics<L> {
  get(topic: string): Topic<L> | undefined;
  ask(line: L, message: Subscribe): void;
  answered(message: ServerMessageOf<'subscribed'>): { asked: Asked<L> | null; topic: Topic<L> };
  /** Takes what was asked under a `ref`; null: it was none of these. */
  refused(ref: string | null): Asked<L> | null;
  /** Notes how far a stream has come. */
  moved(message: ServerMessageOf<'event' | 'reset' | 'snapshot'>): Topic<L> | undefined;
  /** Ends what a line follows: one topic, or all. */
  leave(line: L, topic?: string): void;
  /** Ends streams that nobody hears any more, and asks anew for those of which more or less is wanted now. */
  tidy(): void;
}

const MODES: readonly PreviewMode[] = ['none', 'url', 'binary'];

/** Makes an empty register that sends through the given function. */
export function createTrunkTopics<L>(send: (message: ClientMessageInput) => void): TrunkTopics<L> {
  const topics = new Map<string, Topic<L>>();
  const asked = new Map<string, Asked<L>>();
  let count = 0;

  function post(entry: Asked<L>): void {
    count += 1;
    asked.set(`${count}`, entry);
    send({ ...entry.request, ref: `${count}` });
  }

  function take(ref: string | null): Asked<L> | null {
    const entry = asked.get(ref ?? '') ?? null;
    asked.delete(ref ?? '');
    return entry;
  }

  function tidy(): void {
    // An answer that is awaited may be for the same topic, whose new stream would end with the old one.
    if (asked.size > 0) return;
    for (const [name, topic] of topics) {
      if (topic.members.size === 0) {
        topics.delete(name);
        send({ type: 'unsubscribe', topic: name });
        continue;
      }
      const wants = most([...topic.members.values()]);
      if (isSame(wants, wantsOf(topic.request))) continue;
      post({ line: null, ref: null, request: { ...topic.request, ...wants, position: topic.position }, wants });
    }
  }

  return {
    get: (name) => topics.get(name),
    tidy,
    ask(line, message) {
      const key = keyOf(message);
      const topic = [...topics.values()].find(({ request }) => keyOf(request) === key);
      const wants = wantsOf(message);
      // Those who asked a moment ago and wait for their answer count as well.
      const others = [...asked.values()].filter(({ line: each, request }) => each !== null && keyOf(request) === key);
      const together = most([wants, ...(topic?.members.values() ?? []), ...others.map((each) => each.wants)]);
      const position = oldest(message.position, topic);
      post({ line, ref: message.ref ?? null, request: { ...message, ...together, position }, wants });
    },
    answered({ ref, topic: name, position }) {
      const entry = take(ref);
      const standing = topics.get(name);
      if (entry === null)
        return { asked: null, topic: standing ?? { members: new Map(), request: { type: 'subscribe' }, position } };
      const topic = standing ?? { members: new Map<L, Wants>(), request: entry.request, position };
      Object.assign(topic, { request: entry.request, position });
      if (entry.line !== null) topic.members.set(entry.line, entry.wants);
      topics.set(name, topic);
      return { asked: entry, topic };
    },
    refused(ref) {
      const entry = take(ref);
      // What was refused is not asked for again of our own accord: it would be refused for ever.
      if (entry !== null)
        for (const topic of topics.values())
          if (keyOf(topic.request) === keyOf(entry.request)) topic.request = entry.request;
      return entry;
    },
    moved(message) {
      const topic = topics.get(message.topic);
      if (topic !== undefined)
        topic.position =
          message.type === 'event' && topic.request.feed !== undefined ? message.cursor : message.position;
      return topic;
    },
    leave(line, name) {
      for (const entry of asked.values()) if (name === undefined && entry.line === line) entry.line = null;
      for (const [each, { members }] of topics) if (name === undefined || name === each) members.delete(line);
      tidy();
    },
  };
}

/**
 * Where a stream must start so that nobody misses anything. A newcomer without a position gets a snapshot of its job; those
 * who stand behind it are told.
 */
function oldest(position: string | undefined, topic: Topic<unknown> | undefined): string | undefined {
  if (topic === undefined) return position;
  if (position === undefined) return topic.request.feed === undefined ? undefined : topic.position;
  return isBehind(topic.position, position) ? topic.position : position;
}

function keyOf({ job, feed }: Subscribe): string {
  return job === undefined ? filterKey((feed ?? {}) as Parameters<typeof filterKey>[0]) : `job ${job}`;
}

function wantsOf({ levels = true, previews = 'none' }: Subscribe): Wants {
  return { levels, previews };
}

function most(all: readonly Wants[]): Wants {
  const previews = Math.max(0, ...all.map((wants) => MODES.indexOf(wants.previews)));
  return { levels: all.some(({ levels }) => levels), previews: MODES[previews] ?? 'none' };
}

function isSame(left: Wants, right: Wants): boolean {
  return left.levels === right.levels && left.previews === right.previews;
}
