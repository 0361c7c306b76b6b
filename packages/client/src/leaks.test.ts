import { afterEach, describe, expect, it } from 'vitest';
import { createHouse, gatherLive } from './testing/house.js';
import { progress, started, succeeded } from './testing/peer-log.js';
import { until } from './testing/until.js';

const house = createHouse();
afterEach(() => house.close());

/** Timers that keep the process alive. */
const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
/** The least of them over a while: those that come and go are nobody's leak. */
const calm = async (): Promise<number> => {
  let least = timers();
  for (const endsAtMs = performance.now() + 100; performance.now() < endsAtMs; ) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    least = Math.min(least, timers());
  }
  return least;
};

describe.each(['websocket', 'sse', 'poll'] as const)('over %s', (transport) => {
  it('leaves no timer, socket or subscription behind when it is closed in the middle of everything', async () => {
    const peer = await house.peer();
    const before = await calm();
    const client = house.client(peer.url, { transports: [transport], timing: { lingerMs: 60_000, upgradeMs: 60_000 } });
    const following = [
      gatherLive(client.job('j1').events()),
      gatherLive(client.job('j2').events()),
      gatherLive(client.feed()),
      gatherLive(client.feed({ tag: 'x' })),
    ];
    await until(() => client.connection.get().status === 'open' && peer.following >= 3, 'all are followed');
    const left = new AbortController();
    const lingering = gatherLive(client.job('j3').events({ signal: left.signal }));
    await until(() => lingering.all.length === 1, 'one more is followed');
    left.abort();
    await lingering.done.catch(() => undefined);
    peer.append('j1', started);
    peer.level('j1', progress(2, 1));
    expect(timers()).toBeGreaterThan(before);
    client.close();
    await Promise.allSettled(following.map(({ done }) => done));
    await until(() => peer.following === 0, 'nothing is followed');
    await until(() => timers() <= before, 'no timer is left');
    await until(() => peer.webSockets === 0, 'no socket is left');
  });

  it('lets a program end by itself once nothing is awaited any more, without being closed', async () => {
    const peer = await house.peer();
    const before = await calm();
    const client = house.client(peer.url, { transports: [transport] });
    const result = client.job('j1').result();
    await until(() => peer.following === 1, 'it is followed');
    peer.append('j1', started, succeeded);
    await result;
    await until(() => client.connection.get().status === 'idle' && peer.following === 0, 'it let go');
    await until(() => timers() <= before, 'no timer is left');
  });

  it('leaves nothing behind while a server is away', async () => {
    const peer = await house.peer();
    await peer.close();
    const before = await calm();
    const client = house.client(peer.url, { transports: [transport], timing: { retryBaseMs: 60_000 } });
    const { done } = gatherLive(client.job('j1').events());
    await until(() => client.connection.get().status === 'waiting', 'it waits');
    expect(timers()).toBeGreaterThan(before);
    client.close();
    await expect(done).rejects.toMatchObject({ code: 'unreachable' });
    await until(() => timers() <= before, 'no timer is left');
  });
});
