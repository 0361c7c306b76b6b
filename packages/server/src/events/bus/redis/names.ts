import { BusOpenError } from './open-error.js';

/**
 * Jobs fall into this many shards. All names of a shard carry the same hash tag, so that a Redis cluster keeps them on
 * one of its nodes. The number is the same for ever: nodes of two releases must find each other.
 */
export const SHARDS = 64;

/**
 * Channels and keys, all under the prefix: two clusters with a prefix each share a Redis and never meet.
 *
 *   prefix:{prefix:7}:f:<job>   facts of one job            …:F   facts of the shard's jobs
 *   prefix:{prefix:7}:l:<job>   levels of one job           …:L   levels of the shard's jobs
 *   prefix:{prefix:7}:p:<job>   previews of one job         …:P   previews of the shard's jobs
 *   prefix:{prefix:7}:k:<job>   newest levels, kept         …:w:<job>, …:W   somebody wants previews
 *   prefix:{prefix:0}:house     whose names these are
 */
export interface Names {
  /** Facts, levels or previews of one job. */
  jobChannel(of: Carried, jobId: string): string;
  /** Facts, levels or previews of all jobs of a shard. */
  feedChannel(of: Carried, shard: number): string;
  shardOf(jobId: string): number;
  keptKey(jobId: string): string;
  jobWishKey(jobId: string): string;
  feedWishKey(shard: number): string;
  readonly houseKey: string;
}

/** What a channel carries. */
export type Carried = 'facts' | 'levels' | 'previews';

const LETTER: Record<Carried, string> = { facts: 'f', levels: 'l', previews: 'p' };

/** @throws BusOpenError `bad_prefix` for anything but 1 to 64 letters, digits, dots, dashes and underscores */
export function createNames(prefix: string): Names {
  if (!/^[\w.-]{1,64}$/.test(prefix))
    throw new BusOpenError(
      'bad_prefix',
      'the prefix in Redis must be 1 to 64 letters, digits, dots, dashes or underscores',
    );
  const stems = Array.from({ length: SHARDS }, (_, shard) => `${prefix}:{${prefix}:${shard}}:`);
  const stemOf = (jobId: string): string => stems[shardOf(jobId)] ?? '';
  return {
    shardOf,
    jobChannel: (of, jobId) => `${stemOf(jobId)}${LETTER[of]}:${jobId}`,
    feedChannel: (of, shard) => `${stems[shard] ?? ''}${LETTER[of].toUpperCase()}`,
    keptKey: (jobId) => `${stemOf(jobId)}k:${jobId}`,
    jobWishKey: (jobId) => `${stemOf(jobId)}w:${jobId}`,
    feedWishKey: (shard) => `${stems[shard] ?? ''}W`,
    houseKey: `${stems[0] ?? ''}house`,
  };
}

/** FNV-1a: spreads ids evenly, also those that differ in their last characters only. */
function shardOf(jobId: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < jobId.length; at += 1) hash = Math.imul(hash ^ jobId.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % SHARDS;
}

const CLOSING_BRACE = 0x7d;

/** Whether a message on this channel is for those who listen to everything; else for those of its job. */
export function isFeedChannel(channel: Buffer): boolean {
  const letter = channel[channel.indexOf(CLOSING_BRACE) + 2] ?? 0;
  return letter < 0x61; // upper case
}

/** The hash tag of a channel: what decides its slot. */
export function tagOf(channel: string): string {
  return channel.slice(channel.indexOf('{') + 1, channel.indexOf('}'));
}
