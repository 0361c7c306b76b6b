import type { ServerMessageOf } from '@rendercast/protocol/dialects/native/messages';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFeedChannel, type FeedArrival, isBehind } from './feed-channel.js';
import type { Failed } from './subscription.js';
import { createPeerLog, note, queued } from './testing/peer-log.js';

describe('the channel of a feed', () => {
  const log = createPeerLog();
  for (const id of ['a', 'b', 'c']) log.append(id, queued());
  for (const id of ['b', 'a', 'c', 'a']) log.append(id, note(1));
  const messages = log.all(0).map(({ fact, cursor }): ServerMessageOf<'event'> => {
    const { jobId, seq } = fact;
    return { type: 'event', topic: 't', jobId, position: `e1:${seq}`, cursor: `e1:${cursor}`, fact };
  });

  it('passes each fact once, in the one order, over streams that overlap', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 7 }), fc.nat({ max: 7 }))), (streams) => {
        const channel = createFeedChannel({}, 'e1:0');
        const heard: (FeedArrival | Failed)[] = [];
        channel.audience.add((event) => heard.push(event), { levels: true, previews: 'none' });
        // Each stream starts at or before the place where the channel stands, as the server's do.
        for (const [back, count] of [...streams, [0, 7] as const]) {
          const stands = Number(channel.position()?.split(':')[1]);
          const from = Math.max(0, stands - back);
          for (const message of messages.slice(from, from + count)) channel.event(message);
        }
        expect(heard.map((event) => ('cursor' in event ? event.cursor : event.type))).toEqual(
          messages.map(({ cursor }) => cursor),
        );
      }),
    );
  });

  it('moves on over what did not fit, never back', () => {
    const channel = createFeedChannel({}, 'e1:3');
    channel.advance('e1:9');
    channel.advance('e1:5');
    expect(channel.position()).toBe('e1:9');
  });

  it('compares cursors of one epoch only', () => {
    expect(isBehind('e1:9', 'e1:10')).toBe(true);
    expect(isBehind('e1:10', 'e1:9')).toBe(false);
    expect(isBehind('e1:1', 'e2:9')).toBe(false);
    expect(isBehind('nonsense', 'e1:9')).toBe(false);
  });
});
