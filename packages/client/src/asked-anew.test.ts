import { afterEach, describe, expect, it } from 'vitest';
import { createHouse, gatherLive } from './testing/house.js';
import { started } from './testing/peer-log.js';
import { until } from './testing/until.js';

const house = createHouse();
afterEach(() => house.close());

/** Longer than a client takes to ask again; the tests pass with any value, they only prove less with a small one. */
const LATE_MS = 40;

describe('a stream that is asked for anew before the first answer came', () => {
  it('RC-SUBSCRIBE-4: stands when a second follower wants more', async () => {
    const peer = await house.peer();
    peer.manners.lateMs = LATE_MS;
    const client = house.client(peer.url);
    const plain = gatherLive(client.job('j1').events());
    await until(() => peer.following === 1, 'the first is asked for');
    const pictures = gatherLive(client.job('j1').events({ previews: 'binary' }));
    await until(() => plain.all.length === 1 && pictures.all.length === 1, 'both know the job');
    peer.append('j1', started);
    await until(() => plain.all.length === 2 && pictures.all.length === 2, 'both hear');
    expect(peer.following).toBe(1);
  });

  it('stands when its first follower leaves and another comes', async () => {
    const peer = await house.peer();
    const client = house.client(peer.url, { timing: { lingerMs: 0 } });
    const other = gatherLive(client.job('j2').events());
    await until(() => other.all.length === 1, 'the socket is open');
    peer.manners.lateMs = LATE_MS;
    const leaving = new AbortController();
    const first = gatherLive(client.job('j1').events({ signal: leaving.signal }));
    await until(() => peer.following === 2, 'the first is asked for');
    leaving.abort();
    await expect(first.done).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 2)); // the linger, so that it is another stream
    const second = gatherLive(client.job('j1').events());
    await until(() => second.all.length === 1, 'the second knows the job');
    peer.append('j1', started);
    await until(() => second.all.length === 2, 'the second hears');
    expect(first.all).toEqual([]);
  });

  it('is ended at the server when everybody has left before the answer', async () => {
    const peer = await house.peer();
    const client = house.client(peer.url, { timing: { lingerMs: 0 } });
    const other = gatherLive(client.job('j2').events());
    await until(() => other.all.length === 1, 'the socket is open');
    peer.manners.lateMs = LATE_MS;
    const leaving = new AbortController();
    const { done } = gatherLive(client.job('j1').events({ signal: leaving.signal }));
    await until(() => peer.following === 2, 'it is asked for');
    leaving.abort();
    await expect(done).rejects.toThrow();
    await until(() => peer.following === 1, 'the server lets go of it');
  });
});
