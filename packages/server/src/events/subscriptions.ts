import {
  type Dialect,
  type FileUrl,
  type Followed,
  formatPosition,
  isEnded,
  type LevelKind,
  type Levels,
  parsePosition,
  type ResetReason,
  type Target,
} from '@rendercast/protocol';
import type { Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import type { Store } from '../stores/store.js';
import type { Bus } from './bus/bus.js';
import { type ById, prepareById } from './by-id.js';
import type { Encoding } from './chunk.js';
import type { FeedScope } from './feed-source.js';
import type { Flusher } from './flusher.js';
import { createGroup, type Group, type GroupCounters } from './group.js';
import type { Source } from './source.js';
import { createSources, type Reach } from './sources.js';
import { followGroup, type Sink, type Subscription } from './subscription.js';

/** What a reader asks to follow. */
export interface FollowRequest {
  target: Target;
  reach: Reach;
  /** Where the reader stands; null: from now, with a snapshot. */
  position: string | null;
  dialect: Pick<Dialect, 'name' | 'createView'>;
  variant: string;
  levels: readonly LevelKind[];
  encoding: Encoding;
}

/** A subscription that stands but has not begun: the reader is told first, then it is started (or given up). */
export interface Prepared {
  followed: Followed;
  start(sink: Sink): Subscription;
  giveUp(): void;
}

/** Who hears what happened: every reader of every transport and dialect follows through here. */
export interface Subscriptions {
  prepare(request: FollowRequest): Promise<Prepared>;
  counters(): { facts: number; levels: number; merged: number; resets: number };
  close(): void;
}

export function createSubscriptions(deps: {
  store: Store;
  bus: Bus;
  flusher: Flusher;
  clock: Clock;
  fileUrl: FileUrl;
  logger: Logger;
  /** Time between comparisons of heads with the log, in milliseconds. Default: 2,000. */
  sweepMs?: number;
}): Subscriptions {
  const { store, flusher, fileUrl } = deps;
  const sources = createSources(deps);
  const groups = new Map<string, { group: Group; readers: number; wantsPreviews: boolean }>();
  const previewGroups = new Map<Source, number>();
  const totals = { facts: 0, levels: 0, merged: 0, resets: 0 };
  const counters: GroupCounters = {
    facts: (count) => (totals.facts += count),
    levels: (count) => (totals.levels += count),
    merged: (count) => (totals.merged += count),
  };

  function joinGroup(source: Source, topic: string, request: FollowRequest): { group: Group; leave: () => void } {
    const { dialect, variant, levels, encoding } = request;
    const key = JSON.stringify([source.key, topic, dialect.name, variant, [...levels].sort(), encoding.name]);
    let entry = groups.get(key);
    if (entry === undefined) {
      const view = dialect.createView({ topic, target: request.target, variant, fileUrl, epoch: store.epoch });
      entry = {
        group: createGroup({ source, view, levels, encoding, flusher, counters }),
        readers: 0,
        wantsPreviews: levels.includes('preview'),
      };
      groups.set(key, entry);
      if (entry.wantsPreviews) countPreviews(source, 1);
    }
    entry.readers += 1;
    const joined = entry;
    let left = false;
    const leave = (): void => {
      if (left) return;
      left = true;
      joined.readers -= 1;
      if (joined.readers > 0) return;
      groups.delete(key);
      if (joined.wantsPreviews) countPreviews(source, -1);
      joined.group.close();
    };
    return { group: joined.group, leave };
  }

  /** Counts the groups of a source that want previews; the engine makes them while there are any. */
  function countPreviews(source: Source, change: 1 | -1): void {
    const count = (previewGroups.get(source) ?? 0) + change;
    if (count > 0) previewGroups.set(source, count);
    else previewGroups.delete(source);
    source.wantPreviews(count > 0);
  }

  async function prepareJob(request: FollowRequest, id: string): Promise<Prepared> {
    const held = await sources.job(id, request.reach);
    if (held === null) return prepareById(byId, request, id, null);
    try {
      return await prepareOn(held.source, `job:${held.source.job?.id ?? id}`, request);
    } finally {
      held.release();
    }
  }

  /** Whatever job holds the id, now and later. */
  async function prepareHolders(request: FollowRequest, id: string): Promise<Prepared> {
    const held = await sources.job(id, request.reach);
    try {
      return prepareById(byId, request, id, held?.source ?? null);
    } finally {
      held?.release();
    }
  }

  async function prepareFeed(request: FollowRequest, scope: FeedScope): Promise<Prepared> {
    const held = await sources.feed(scope);
    try {
      return await prepareOn(held.source, `feed:${topicOf(scope)}`, request);
    } finally {
      held.release();
    }
  }

  /** Stands on a source at the position asked for, or at a fresh start where that cannot be used. */
  async function prepareOn(source: Source, topic: string, request: FollowRequest): Promise<Prepared> {
    const { group, leave } = joinGroup(source, topic, request);
    try {
      const asked = await placeOf(source, request.position);
      group.flush();
      const fresh = asked.at === null;
      const at = asked.at ?? group.flushed;
      if (asked.reset !== null) totals.resets += 1;
      const followed: Followed = {
        topic,
        target: request.target,
        snapshot: fresh ? snapshotOf(source, group) : null,
        position: formatPosition({ epoch: store.epoch, n: at }),
        reset: asked.reset,
      };
      return { followed, start: (sink) => followGroup(group, at, sink, leave), giveUp: leave };
    } catch (error) {
      leave();
      throw error;
    }
  }

  async function placeOf(
    source: Source,
    position: string | null,
  ): Promise<{ at: number | null; reset: ResetReason | null }> {
    if (position === null) return { at: null, reset: null };
    const parsed = parsePosition(position);
    if (parsed === null) return { at: null, reset: 'malformed' };
    if (parsed.epoch !== store.epoch) return { at: null, reset: 'epoch' };
    if (parsed.n > source.head) await source.refresh();
    if (parsed.n > source.head) return { at: null, reset: 'ahead' };
    if (parsed.n < source.horizon) return { at: null, reset: 'horizon' };
    return { at: parsed.n, reset: null };
  }

  function snapshotOf(source: Source, group: Group): Followed['snapshot'] {
    const { job } = source;
    if (job === null) return null;
    const levels: Levels = {};
    if (!isEnded(job))
      for (const { level } of source.newestLevels())
        if (group.levels.has(level.kind)) Object.assign(levels, { [level.kind]: level });
    return { job, levels, position: formatPosition({ epoch: store.epoch, n: job.seq }) };
  }

  const byId: ById = { sources, joinGroup, snapshotOf, epoch: store.epoch };
  return {
    prepare(request) {
      const { target } = request;
      if ('job' in target) return target.heirs ? prepareHolders(request, target.job) : prepareJob(request, target.job);
      return prepareFeed(request, {
        owner: request.reach.all ? null : request.reach.owner,
        filter: target.feed,
      });
    },
    counters: () => ({ ...totals }),
    close: () => sources.close(),
  };
}

/** A feed's name within its scope: the filter, in a canonical order. The owner stays out of it. */
function topicOf(scope: FeedScope): string {
  const filter = Object.entries(scope.filter)
    .filter(([, value]) => value !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(',') : String(value)}`);
  return filter.join('&');
}
