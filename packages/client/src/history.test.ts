import { afterEach, describe, expect, it } from 'vitest';
import { createHouse, gather, gatherLive } from './testing/house.js';
import { note, started, succeeded } from './testing/peer-log.js';
import { until } from './testing/until.js';

const house = createHouse();
afterEach(() => house.close());

describe('what lies between a reader and the stream it joins', () => {
  it('RC-FACT-5: is asked for again where the server that is asked has not heard of it yet', async () => {
    const peer = await house.peer();
    peer.append('j1', started, note(1), note(2), succeeded);
    peer.manners.emptyPolls = 3;
    const client = house.client(peer.url, { transports: ['websocket'] });
    const events = await gather(client.job('j1').events({ from: 'start' }));
    expect(events.map((event) => (event.type === 'fact' ? event.fact.seq : event.type))).toEqual([1, 2, 3, 4, 5]);
    expect(peer.manners.emptyPolls).toBe(0);
  });

  it('RC-FACT-5: is asked for again for a feed, too, before anything that comes later is told', async () => {
    const peer = await house.peer();
    const client = house.client(peer.url, { transports: ['websocket'] });
    const [page] = await gather(firstOf(client.feed()));
    const cursor = page?.type === 'page' ? page.cursor : '';
    const leaving = new AbortController();
    const others = gatherLive(client.feed({}, { signal: leaving.signal }));
    await until(() => peer.following > 0, 'the first follower');
    peer.append('j1', started, note(1));
    await until(() => others.all.filter(({ type }) => type === 'fact').length === 2, 'its facts');
    peer.manners.emptyPolls = 2;
    const late = gatherLive(client.feed({}, { cursor, signal: leaving.signal }));
    peer.append('j1', note(2));
    await until(() => late.all.length === 3, 'all facts');
    expect(late.all.map((event) => (event.type === 'fact' ? event.fact.seq : event.type))).toEqual([2, 3, 4]);
    leaving.abort();
  });
});

async function* firstOf<T>(events: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const event of events) {
    yield event;
    return;
  }
}
