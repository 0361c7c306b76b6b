import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHouse, gatherLive } from './testing/house.js';
import { progress, started, succeeded } from './testing/peer-log.js';
import { until } from './testing/until.js';

const house = createHouse();
const real = { setTimeout, setInterval, clearTimeout, clearInterval };
const timers = new Set<NodeJS.Timeout>();
/** Timers that are set and keep the process alive. Those that the platform sets for its own use do not. */
const left = (): number => [...timers].filter((timer) => timer.hasRef()).length;

beforeEach(() => {
  timers.clear();
  const forget = (timer: NodeJS.Timeout | undefined): void => {
    if (timer !== undefined) timers.delete(timer);
    real.clearTimeout(timer);
  };
  Object.assign(globalThis, {
    setTimeout(act: (...args: unknown[]) => void, delayMs?: number, ...args: unknown[]) {
      const timer = real.setTimeout(() => {
        timers.delete(timer);
        act(...args);
      }, delayMs);
      timers.add(timer);
      return timer;
    },
    setInterval(act: (...args: unknown[]) => void, everyMs?: number, ...args: unknown[]) {
      const timer = real.setInterval(act, everyMs, ...args);
      timers.add(timer);
      return timer;
    },
    clearTimeout: forget,
    clearInterval: forget,
  });
});
afterEach(async () => {
  Object.assign(globalThis, real);
  await house.close();
});

describe.each(['websocket', 'sse', 'poll'] as const)('over %s', (transport) => {
  it('leaves no timer, socket or subscription behind when it is closed in the middle of everything', async () => {
    const peer = await house.peer();
    const client = house.client(peer.url, { transports: [transport], timing: { lingerMs: 60_000, upgradeMs: 60_000 } });
    const following = [
      gatherLive(client.job('j1').events()),
      gatherLive(client.job('j2').events()),
      gatherLive(client.feed()),
      gatherLive(client.feed({ tag: 'x' })),
    ];
    await until(() => client.connection.get().status === 'open' && peer.following >= 3, 'all are followed');
    const leaving = new AbortController();
    const lingering = gatherLive(client.job('j3').events({ signal: leaving.signal }));
    await until(() => lingering.all.length === 1, 'one more is followed');
    leaving.abort();
    await lingering.done.catch(() => undefined);
    peer.append('j1', started);
    peer.level('j1', progress(2, 1));
    expect(left()).toBeGreaterThan(0);
    client.close();
    await Promise.allSettled(following.map(({ done }) => done));
    await until(() => peer.following === 0, 'nothing is followed');
    await until(() => left() === 0, 'no timer is left');
    await until(() => peer.webSockets === 0, 'no socket is left');
  });

  it('lets a program end by itself once nothing is awaited any more, without being closed', async () => {
    const peer = await house.peer();
    const client = house.client(peer.url, { transports: [transport] });
    const result = client.job('j1').result();
    await until(() => peer.following === 1, 'it is followed');
    peer.append('j1', started, succeeded);
    await result;
    await until(() => client.connection.get().status === 'idle' && peer.following === 0, 'it let go');
    await until(() => left() === 0, 'no timer is left');
  });

  it('leaves nothing behind while a server is away', async () => {
    const peer = await house.peer();
    await peer.close();
    const client = house.client(peer.url, { transports: [transport], timing: { retryBaseMs: 60_000 } });
    const { done } = gatherLive(client.job('j1').events());
    await until(() => client.connection.get().status === 'waiting', 'it waits');
    expect(left()).toBeGreaterThan(0);
    client.close();
    await expect(done).rejects.toMatchObject({ code: 'unreachable' });
    await until(() => left() === 0, 'no timer is left');
  });
});
