import type { Redis } from 'ioredis';
import { tagOf } from './names.js';

/** Channels named in one command: few enough that others get their turn in between. */
const CHANNELS_AT_ONCE = 500;

/** Subscribes on one connection; resolves once all is confirmed. In a cluster a command names channels of one slot only. */
export async function subscribeOn(redis: Redis, channels: readonly string[], sharded: boolean): Promise<void> {
  const groups = portions(channels, sharded);
  await Promise.all(groups.map((group) => (sharded ? redis.ssubscribe(...group) : redis.subscribe(...group))));
}

export async function unsubscribeOn(redis: Redis, channels: readonly string[], sharded: boolean): Promise<void> {
  const groups = portions(channels, sharded);
  await Promise.all(groups.map((group) => (sharded ? redis.sunsubscribe(...group) : redis.unsubscribe(...group))));
}

function portions(channels: readonly string[], byTag: boolean): string[][] {
  const groups = new Map<string, string[]>();
  for (const channel of channels) {
    const tag = byTag ? tagOf(channel) : '';
    const group = groups.get(tag);
    if (group === undefined) groups.set(tag, [channel]);
    else group.push(channel);
  }
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / CHANNELS_AT_ONCE) }, (_, at) =>
      group.slice(at * CHANNELS_AT_ONCE, (at + 1) * CHANNELS_AT_ONCE),
    ),
  );
}
