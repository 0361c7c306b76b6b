// @vitest-environment happy-dom
import { afterEach, expect, it } from 'vitest';
import { createHouse, gatherLive } from './testing/house.js';
import { started, succeeded } from './testing/peer-log.js';
import { until } from './testing/until.js';

const house = createHouse();
afterEach(() => house.close());

function page(type: 'pagehide' | 'pageshow', persisted: boolean): void {
  window.dispatchEvent(Object.assign(new Event(type), { persisted }));
}

it('closes its socket when the page goes into the back/forward cache, and goes on when it comes back', async () => {
  const peer = await house.peer();
  const client = house.client(peer.url, { transports: ['websocket'] });
  const { all, done } = gatherLive(client.job('j1').events());
  await until(() => all.length === 1, 'it is followed and known');
  page('pagehide', true);
  await until(() => peer.sockets === 0, 'the socket is closed');
  expect(client.connection.get().status).toBe('waiting');
  peer.append('j1', started);
  page('pageshow', true);
  await until(() => peer.following === 1, 'it is followed again');
  peer.append('j1', succeeded);
  await done;
  expect(all.map(({ type }) => type)).toEqual(['snapshot', 'fact', 'fact']);
});

it('does the same when a page is frozen and resumed, and nothing when a page is left for good', async () => {
  const peer = await house.peer();
  const client = house.client(peer.url, { transports: ['websocket'] });
  gatherLive(client.job('j1').events());
  await until(() => peer.following === 1, 'it is followed');
  page('pagehide', false);
  expect(client.connection.get().status).toBe('open');
  document.dispatchEvent(new Event('freeze'));
  await until(() => peer.sockets === 0, 'the socket is closed');
  document.dispatchEvent(new Event('resume'));
  await until(() => peer.following === 1, 'it is followed again');
});

it('tries at once when the network is back, instead of waiting its time out', async () => {
  const peer = await house.peer();
  await peer.close();
  const timing = { retryBaseMs: 600_000, retryMaxMs: 600_000 };
  const client = house.client(peer.url, { transports: ['websocket'], timing });
  gatherLive(client.job('j1').events());
  await until(() => client.connection.get().status === 'waiting', 'it waits');
  await house.peer({ port: peer.port, log: peer.log });
  window.dispatchEvent(new Event('online'));
  await until(() => client.connection.get().status === 'open', 'it is open');
});

it('finds out soon that a line is dead when the page becomes visible', async () => {
  const peer = await house.peer();
  const line = await house.line(peer);
  const client = house.client(line.url, { transports: ['websocket'] });
  gatherLive(client.job('j1').events());
  await until(() => peer.following === 1, 'it is followed');
  line.freeze(true);
  document.dispatchEvent(new Event('visibilitychange'));
  await until(() => client.connection.get().status === 'waiting', 'the silence is noticed', 2_000);
});

it('shows that the platform is offline, and keeps trying all the same', async () => {
  const peer = await house.peer();
  await peer.close();
  Object.defineProperty(navigator, 'onLine', { value: false, configurable: true });
  try {
    const client = house.client(peer.url, { transports: ['websocket'] });
    gatherLive(client.job('j1').events());
    await until(() => client.connection.get().status === 'offline', 'it shows');
    await house.peer({ port: peer.port, log: peer.log });
    await until(() => client.connection.get().status === 'open', 'it is open');
  } finally {
    Reflect.deleteProperty(navigator, 'onLine');
  }
});

it('hears no more of the page once nothing is followed', async () => {
  const peer = await house.peer();
  const client = house.client(peer.url, { transports: ['websocket'] });
  const followed = gatherLive(client.job('j1').events());
  await until(() => peer.following === 1, 'it is followed');
  peer.append('j1', started, succeeded);
  await followed.done;
  await until(() => client.connection.get().status === 'idle', 'it let go');
  for (const type of ['freeze', 'resume', 'visibilitychange']) document.dispatchEvent(new Event(type));
  for (const type of ['online', 'offline']) window.dispatchEvent(new Event(type));
  page('pagehide', true);
  page('pageshow', true);
  expect(client.connection.get().status).toBe('idle');
  expect(peer.opened.websocket).toBe(1);
});
