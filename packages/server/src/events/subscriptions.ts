import {
  type FileUrl,
  type Followed,
  formatPosition,
  isEnded,
  type Levels,
  type LoggedFact,
  parsePosition,
  type ResetReason,
} from '@rendercast/protocol';
import type { Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import type { Store } from '../stores/store.js';
import type { Bus } from './bus/bus.js';
import { type ById, prepareById, startOf } from './by-id.js';
import { createEventCounters, type EventCounters } from './counters.js';
import type { FeedScope } from './feed-source.js';
import type { Flusher } from './flusher.js';
import type { FollowRequest, Prepared } from './follow.js';
import { followWithResets, type StartingOver } from './follow-with-resets.js';
import { createGroup, type Group } from './group.js';
import type { Source } from './source.js';
import { createSources } from './sources.js';

/** Things that are followed, by what they cost. */
export interface Open {
  /** Groups of readers that share their frames. */
  groups: number;
  /** Jobs and feeds whose facts are kept in memory. */
  sources: number;
  /** Ids that are waited for until a job comes into being under them. */
  ids: number;
}

/** Who hears what happened: every reader of every transport and dialect follows through here. */
export interface Subscriptions {
  prepare(request: FollowRequest): Promise<Prepared>;
  /** Compares what is followed with the log now: something was pruned. */
  look(): void;
  /** What is followed right now, for diagnosis. */
  open(): Open;
  /** What was counted since the start, as it stands: read it, keep it not. */
  counters(): EventCounters;
  close(): void;
}

/** A place in a group, until it is left. */
interface Joined {
  group: Group;
  leave: () => void;
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
  /** Told each time that a reader was handed the end of a job. Default: nobody. */
  endTold?: (end: LoggedFact) => void;
}): Subscriptions {
  const { store, flusher, fileUrl } = deps;
  const sources = createSources(deps);
  const groups = new Map<string, { group: Group; readers: number; wantsPreviews: boolean }>();
  const previewGroups = new Map<Source, number>();
  const counters = createEventCounters();

  function joinGroup(source: Source, topic: string, request: FollowRequest): Joined {
    const { dialect, variant, levels, encoding } = request;
    const key = JSON.stringify([source.key, topic, dialect.name, variant, [...levels].sort(), encoding.name]);
    let entry = groups.get(key);
    if (entry === undefined) {
      const view = dialect.createView({ topic, target: request.target, variant, fileUrl, epoch: store.epoch });
      entry = {
        group: createGroup({
          source,
          view,
          levels,
          encoding,
          flusher,
          counters,
          dialect: dialect.name,
          endTold: deps.endTold,
        }),
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
    if (held === null) return prepareUnborn(request, id);
    try {
      return await prepareOn(held.source, `job:${held.source.job?.id ?? id}`, request);
    } finally {
      held.release();
    }
  }

  /** A position in a job that is not there is answered with a reset: it was pruned, or the store went back. */
  async function prepareUnborn(request: FollowRequest, id: string): Promise<Prepared> {
    const start = startOf(readPosition(request.position, store.epoch), 0);
    const isPruned = start.reset === 'ahead' && (await store.heads([])).horizon > 0;
    return prepareById(byId, request, id, null, isPruned ? { ...start, reset: 'horizon' } : start);
  }

  /** Whatever job holds the id, now and later. */
  async function prepareHolders(request: FollowRequest, id: string): Promise<Prepared> {
    const held = await sources.job(id, request.reach);
    if (held === null) return prepareUnborn(request, id);
    try {
      const start = startOf(readPosition(request.position, store.epoch), held.source.head);
      return prepareById(byId, request, id, held.source, start);
    } finally {
      held.release();
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
      if (asked.reset !== null) counters.resets[asked.reset] += 1;
      const followed: Followed = {
        topic,
        target: request.target,
        snapshot: fresh ? snapshotOf(source, group) : null,
        position: formatPosition({ epoch: store.epoch, n: at }),
        reset: asked.reset,
      };
      return {
        followed,
        start: (sink) => followWithResets(startingOver, request, { group, leave, at }, sink),
        giveUp: leave,
      };
    } catch (error) {
      leave();
      throw error;
    }
  }

  async function placeOf(
    source: Source,
    position: string | null,
  ): Promise<{ at: number | null; reset: ResetReason | null }> {
    const parsed = readPosition(position, store.epoch);
    if ('reset' in parsed) return { at: null, reset: parsed.reset };
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

  const countReset = (reason: ResetReason): void => void (counters.resets[reason] += 1);
  const startingOver: StartingOver = { prepare, epoch: store.epoch };
  const byId: ById = { sources, joinGroup, snapshotOf, countReset, epoch: store.epoch };
  function prepare(request: FollowRequest): Promise<Prepared> {
    const { target } = request;
    if ('job' in target) return target.heirs ? prepareHolders(request, target.job) : prepareJob(request, target.job);
    return prepareFeed(request, {
      owner: request.reach.all ? null : request.reach.owner,
      filter: target.feed,
    });
  }

  return {
    prepare,
    look: () => sources.look(),
    open: () => ({ groups: groups.size, ...sources.open() }),
    counters: () => counters,
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

/** A position of this epoch; else why it cannot be used (null: there is none). */
function readPosition(position: string | null, epoch: string): { n: number } | { reset: ResetReason | null } {
  if (position === null) return { reset: null };
  const parsed = parsePosition(position);
  if (parsed === null) return { reset: 'malformed' };
  return parsed.epoch === epoch ? { n: parsed.n } : { reset: 'epoch' };
}
