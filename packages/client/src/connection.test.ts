import { afterEach, describe, expect, it } from 'vitest';
import { createHouse, gatherLive } from './testing/house.js';
import { started, succeeded } from './testing/peer-log.js';
import { until } from './testing/until.js';

const house = createHouse();
afterEach(() => house.close());

describe('choosing a transport', () => {
  it('opens nothing before something is followed, and one socket for everything', async () => {
    const peer = await house.peer();
    const client = house.client(peer.url);
    expect(client.connection.get()).toEqual({ status: 'idle', transport: null, error: null });
    const followed = ['j1', 'j2', 'j3', 'j4'].map((id) => gatherLive(client.job(id).events()));
    await until(() => peer.following === 4, 'all are followed');
    expect(client.connection.get()).toEqual({ status: 'open', transport: 'websocket', error: null });
    expect(peer.opened).toEqual({ websocket: 1, sse: 0, poll: 0 });
    expect(peer.sockets).toBe(1);
    client.close();
    await Promise.allSettled(followed.map(({ done }) => done));
  });

  it.each(['refuse', 'hang', 'mute'] as const)(
    'falls back to SSE when upgrades meet a proxy that would %s',
    async (upgrade) => {
      const peer = await house.peer();
      peer.manners.upgrade = upgrade;
      const client = house.client(peer.url, { timing: { upgradeMs: 60_000 } });
      const { all, done } = gatherLive(client.job('j1').events({ from: 'start' }));
      await until(() => client.connection.get().transport === 'sse', 'it streams');
      peer.append('j1', started, succeeded);
      await done;
      expect(all.map(({ type }) => type)).toEqual(['fact', 'fact', 'fact']);
    },
  );

  it.each(['buffer', 'refuse'] as const)(
    'falls back to long-poll when streams meet a proxy that would %s',
    async (sse) => {
      const peer = await house.peer();
      Object.assign(peer.manners, { upgrade: 'refuse', sse });
      const client = house.client(peer.url, { timing: { upgradeMs: 60_000 } });
      const { all, done } = gatherLive(client.job('j1').events({ from: 'start' }));
      await until(() => client.connection.get().transport === 'poll', 'it polls');
      peer.append('j1', started, succeeded);
      await done;
      expect(all.map(({ type }) => type)).toEqual(['fact', 'fact', 'fact']);
    },
  );

  it('goes back to the better transport once that works, without the follower noticing', async () => {
    const peer = await house.peer();
    peer.manners.upgrade = 'refuse';
    const client = house.client(peer.url);
    const { all, done } = gatherLive(client.job('j1').events());
    await until(() => client.connection.get().transport === 'sse', 'it streams');
    peer.manners.upgrade = 'accept';
    await until(() => client.connection.get().transport === 'websocket', 'it moved up');
    await until(() => peer.following === 1, 'the stream is gone');
    peer.append('j1', started, succeeded);
    await done;
    expect(all.map(({ type }) => type)).toEqual(['snapshot', 'fact', 'fact']);
  });

  it('leaves out WebSocket where there is none', async () => {
    const peer = await house.peer();
    const client = house.client(peer.url, { transports: ['sse', 'poll'] });
    gatherLive(client.job('j1').events());
    await until(() => client.connection.get().transport === 'sse', 'it streams');
    expect(peer.opened.websocket).toBe(0);
  });

  it('follows more jobs than a browser has connections, over streams and over polls', async () => {
    const peer = await house.peer({ empty: true });
    for (const transport of ['sse', 'poll'] as const) {
      const client = house.client(peer.url, { transports: [transport] });
      const ids = Array.from({ length: 9 }, (_, index) => `${transport}${index}`);
      const results = ids.map((id) => client.job(id).result());
      await until(() => peer.following >= 3, 'some are followed');
      for (const id of ids) {
        const { queued } = await import('./testing/peer-log.js');
        peer.append(id, queued(), started, succeeded);
      }
      expect(await Promise.all(results)).toHaveLength(9);
      expect(peer.sockets).toBeLessThanOrEqual(6);
      client.close();
      await until(() => peer.sockets === 0, 'all is closed', 15_000);
    }
  });
});

describe('keys', () => {
  it('fetches a fresh key for every attempt, and forgives one refusal', async () => {
    const peer = await house.peer();
    peer.manners.refuseKeys = 1;
    let count = 0;
    const client = house.client(peer.url, { apiKey: () => Promise.resolve(`key-${(count += 1)}`) });
    const { done } = gatherLive(client.job('j1').events());
    await until(() => peer.following === 1, 'it is followed');
    expect(peer.tokens).toEqual(['key-1', 'key-2']);
    peer.append('j1', started, succeeded);
    await done;
  });

  it.each(['websocket', 'sse', 'poll'] as const)(
    'tells all followers when a fixed key is refused over %s',
    async (transport) => {
      const peer = await house.peer();
      peer.manners.refuseKeys = 1;
      const client = house.client(peer.url, { apiKey: 'wrong', transports: [transport] });
      const { done } = gatherLive(client.job('j1').events());
      await expect(done).rejects.toMatchObject({ name: 'RendercastError', code: 'unauthorized' });
      expect(client.connection.get()).toMatchObject({ status: 'idle', error: { code: 'unauthorized' } });
      expect(peer.tokens).toEqual(['wrong']);
      // Whoever asks anew gets a new attempt.
      await client.job('j1').snapshot();
    },
  );

  it('repeats a request with a fresh key when the first has expired', async () => {
    const peer = await house.peer();
    peer.manners.refuseKeys = 1;
    let count = 0;
    const client = house.client(peer.url, { apiKey: () => `key-${(count += 1)}` });
    expect((await client.job('j1').snapshot()).job.id).toBe('j1');
    expect(peer.tokens).toEqual(['key-1', 'key-2']);
  });
});

describe('coming back', () => {
  it.each(['websocket', 'sse'] as const)(
    'keeps away for as long as a draining server asked over %s',
    async (transport) => {
      const peer = await house.peer();
      const client = house.client(peer.url, { transports: [transport] });
      const { done } = gatherLive(client.job('j1').events());
      await until(() => peer.following === 1, 'it is followed');
      const drainedAt = performance.now();
      peer.drain(300);
      await until(() => client.connection.get().status === 'waiting', 'it waits');
      await until(() => peer.following === 1, 'it is back');
      expect(performance.now() - drainedAt).toBeGreaterThanOrEqual(295);
      peer.append('j1', started, succeeded);
      await done;
    },
  );

  it('tells why it waits, and keeps trying', async () => {
    const peer = await house.peer();
    await peer.close();
    const client = house.client(peer.url);
    const { done } = gatherLive(client.job('j1').events());
    await until(() => client.connection.get().status === 'waiting', 'it waits');
    expect(client.connection.get().error).toMatchObject({ code: 'unreachable' });
    const again = await house.peer({ port: peer.port, log: peer.log });
    again.append('j1', started, succeeded);
    await done;
  });

  it('does not hammer a server that keeps leaving out the same fact', async () => {
    const peer = await house.peer();
    const client = house.client(peer.url, { timing: { retryBaseMs: 50, retryMaxMs: 500 } });
    const { all, done } = gatherLive(client.job('j1').events({ from: 'start' }));
    await until(() => peer.following === 1, 'it is followed');
    let asked = 0;
    peer.log.factsOf = ((original) => (id: string, after: number) => {
      asked += 1;
      return original(id, after).filter(({ fact }) => fact.seq !== 2);
    })(peer.log.factsOf);
    peer.append('j1', started, succeeded);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(asked).toBeLessThan(15);
    expect(all).toHaveLength(1);
    client.close();
    await expect(done).rejects.toMatchObject({ code: 'unreachable' });
  });
});

describe('letting go', () => {
  it('closes the socket soon after the last follower has gone, and forgets nothing that is still followed', async () => {
    const peer = await house.peer();
    const client = house.client(peer.url);
    const first = new AbortController();
    const second = new AbortController();
    const one = gatherLive(client.job('j1').events({ signal: first.signal }));
    const two = gatherLive(client.job('j1').events({ signal: second.signal, levels: false }));
    await until(() => one.all.length === 1 && two.all.length === 1, 'both have the snapshot');
    expect(peer.following).toBe(1);
    first.abort(new Error('enough'));
    await expect(one.done).rejects.toThrow('enough');
    peer.append('j1', started);
    await until(() => two.all.length === 2, 'the other still hears');
    second.abort(new Error('me too'));
    await expect(two.done).rejects.toThrow('me too');
    await until(() => peer.sockets === 0, 'the socket is closed');
    expect(client.connection.get().status).toBe('idle');
  });

  it('rejects what is waited for when the client is closed, and refuses what comes later', async () => {
    const peer = await house.peer();
    const client = house.client(peer.url);
    const result = client.job('j1').result();
    result.catch(() => undefined);
    await until(() => peer.following === 1, 'it is followed');
    client.close();
    await expect(result).rejects.toMatchObject({ code: 'unreachable' });
    await expect(client.job('j1').result()).rejects.toMatchObject({ code: 'unreachable' });
    await expect(client.list()).rejects.toMatchObject({ code: 'unreachable' });
    await until(() => peer.sockets === 0, 'the socket is closed');
    expect(client.connection.get().status).toBe('closed');
  });
});
