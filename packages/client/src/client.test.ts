import { afterEach, describe, expect, it } from 'vitest';
import { createClient } from './client.js';
import { createHouse, gatherLive } from './testing/house.js';
import { canceled, failed, note, progress, queued, started, succeeded } from './testing/peer-log.js';
import { until } from './testing/until.js';

const house = createHouse();
afterEach(() => house.close());

describe('submitting', () => {
  it('RC-SUBMIT-5: sends the same key again when the answer is lost, so that one job comes of it', async () => {
    const peer = await house.peer({ empty: true });
    peer.manners.loseAnswers = 2;
    const handle = await house.client(peer.url).generate('a red fox', { steps: 30, priority: 3 });
    expect(handle.id).toBe('j1');
    expect(peer.submissions).toHaveLength(3);
    expect(new Set(peer.submissions.map(({ key }) => key)).size).toBe(1);
    expect(peer.log.jobs()).toHaveLength(1);
    expect(peer.submissions[0]?.input).toEqual({
      kind: 'image',
      request: { prompt: 'a red fox', steps: 30 },
      priority: 3,
    });
  });

  it('is done once also when the connection is cut in the middle of the answer', async () => {
    const peer = await house.peer({ empty: true });
    const line = await house.line(peer, [0, 40, 120]);
    const handle = await house.client(line.url).compose('a slow waltz', { lengthMs: 30_000 });
    expect(handle.submitted?.kind).toBe('music');
    expect(peer.log.jobs()).toHaveLength(1);
  });

  it('gives up after the tries it was given, and says that nobody answered', async () => {
    const peer = await house.peer();
    await peer.close();
    const client = house.client(peer.url, { timing: { attempts: 3 } });
    await expect(client.generate('x')).rejects.toMatchObject({ code: 'unreachable', retryable: true });
  });

  it('does not repeat what the server refused for good', async () => {
    const peer = await house.peer();
    await expect(house.client(peer.url).job('nobody').snapshot()).rejects.toMatchObject({
      code: 'not_found',
      status: 404,
    });
    expect(peer.tokens).toHaveLength(1);
  });

  it('stops waiting when its signal aborts', async () => {
    const peer = await house.peer();
    await peer.close();
    const signal = AbortSignal.timeout(50);
    const client = house.client(peer.url, { timing: { retryBaseMs: 10_000 } });
    await expect(client.generate('x', { signal })).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

describe('a handle', () => {
  it('resolves with the outputs of a job that succeeded', async () => {
    const peer = await house.peer({ empty: true });
    const handle = await house.client(peer.url).generate('a red fox');
    const result = handle.result();
    peer.append('j1', started, succeeded);
    expect(await result).toEqual([]);
  });

  it('rejects with the job’s own error when it failed, and with `canceled` when it was', async () => {
    const peer = await house.peer();
    peer.append('j2', queued());
    const client = house.client(peer.url);
    const results = [client.job('j1').result(), client.job('j2').result()];
    for (const result of results) result.catch(() => undefined);
    peer.append('j1', started, failed);
    peer.append('j2', canceled);
    await expect(results[0]).rejects.toMatchObject({ code: 'out_of_memory', message: 'too big' });
    await expect(results[1]).rejects.toMatchObject({ code: 'canceled' });
  });

  it('tells every fact of a job that it submitted, also those from before the first subscription', async () => {
    const peer = await house.peer({ empty: true });
    const handle = await house.client(peer.url).generate('a red fox');
    peer.append('j1', started, note(1));
    const { all, done } = gatherLive(handle.events());
    await until(() => all.length === 3, 'the facts so far came');
    peer.append('j1', succeeded);
    await done;
    expect(all.map((event) => (event.type === 'fact' ? event.fact.seq : event.type))).toEqual([1, 2, 3, 4]);
    expect(all.at(-1)?.snapshot?.position).toBe('e1:4');
  });

  it('goes on after a snapshot that was kept from earlier', async () => {
    const peer = await house.peer();
    const early = await house.client(peer.url).job('j1').snapshot();
    peer.append('j1', started, note(1), succeeded);
    const { all, done } = gatherLive(house.client(peer.url).job('j1').events({ from: early }));
    await done;
    expect(all.map((event) => (event.type === 'fact' ? event.fact.seq : event.type))).toEqual(['snapshot', 2, 3, 4]);
  });

  it('gives a slow reader all facts, but of the levels only the newest that still holds', async () => {
    const peer = await house.peer();
    const client = house.client(peer.url);
    const events = client.job('j1').events();
    await events.next();
    await until(() => peer.following === 1, 'it is followed');
    peer.append('j1', started);
    for (let tick = 1; tick <= 50; tick += 1) peer.level('j1', progress(2, tick));
    peer.append('j1', note(1));
    // One who joins the shared stream now sees how far it has come.
    const arrived = async (): Promise<number> => {
      for await (const { snapshot } of client.job('j1').events()) return snapshot?.job.seq ?? 0;
      return 0;
    };
    while ((await arrived()) < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    const seen = [];
    for (let n = 0; n < 3; n += 1) seen.push((await events.next()).value);
    expect(seen.map((event) => event?.type)).toEqual(['fact', 'fact', 'level']);
    expect(seen[2]).toMatchObject({
      level: { tick: 50 },
      snapshot: { job: { seq: 3 }, levels: { progress: { step: 50 } } },
    });
    peer.append('j1', succeeded);
    expect((await events.next()).value).toMatchObject({ type: 'fact', snapshot: { levels: {} } });
    expect((await events.next()).done).toBe(true);
  });

  it('brings previews with their bytes on a socket, and only to those who want them', async () => {
    const peer = await house.peer();
    const client = house.client(peer.url);
    const plain = gatherLive(client.job('j1').events());
    const pictures = gatherLive(client.job('j1').events({ previews: 'binary', levels: false }));
    await until(() => plain.all.length === 1 && pictures.all.length === 1 && peer.following === 1, 'both follow');
    peer.append('j1', started);
    await until(() => plain.all.length === 2 && pictures.all.length === 2, 'both hear');
    const size = { mediaType: 'image/webp', width: 64, height: 64, sizeBytes: 3 };
    // The stream was asked for anew when the second came: say it until it is heard.
    for (let tick = 1; pictures.all.length < 3; tick += 1) {
      peer.level('j1', { kind: 'preview', attempt: 1, after: 2, tick, ...size }, new Uint8Array([1, 2, 3]));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(pictures.all[2]).toMatchObject({ type: 'preview', picture: new Uint8Array([1, 2, 3]) });
    peer.append('j1', succeeded);
    await Promise.all([plain.done, pictures.done]);
    expect(plain.all.map(({ type }) => type)).toEqual(['snapshot', 'fact', 'fact']);
  });

  it('rejects a result when a reset says that the job is gone', async () => {
    const peer = await house.peer();
    const client = house.client(peer.url);
    const result = client.job('j1').result();
    result.catch(() => undefined);
    await until(() => peer.following === 1, 'it is followed');
    peer.say('j1', (topic) => ({ type: 'reset', topic, reason: 'epoch', snapshot: null, position: 'e2:0' }));
    await expect(result).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a feed', () => {
  it('starts with a page and goes on with facts, each with the job after it', async () => {
    const peer = await house.peer();
    const { all } = gatherLive(house.client(peer.url).feed());
    await until(() => peer.following === 1, 'it is followed');
    peer.append('j2', queued());
    peer.append('j1', started);
    await until(() => all.length === 3, 'the facts came');
    expect(all[0]).toMatchObject({ type: 'page', cursor: 'e1:1', jobs: [{ id: 'j1', state: 'queued' }] });
    expect(all[1]).toMatchObject({ type: 'fact', cursor: 'e1:2', snapshot: { job: { id: 'j2', state: 'queued' } } });
    expect(all[2]).toMatchObject({ type: 'fact', cursor: 'e1:3', snapshot: { job: { id: 'j1', state: 'running' } } });
  });

  it('fetches a job that it does not know when that moves', async () => {
    const peer = await house.peer();
    const client = house.client(peer.url);
    const { all } = gatherLive(client.feed({}, { cursor: 'e1:1' }));
    await until(() => peer.following === 1, 'it is followed');
    peer.append('j1', started);
    await until(() => all.length === 1, 'the fact came');
    expect(all[0]).toMatchObject({ type: 'fact', fact: { seq: 2 }, snapshot: { job: { state: 'running' } } });
  });

  it.each(['websocket', 'sse', 'poll'] as const)(
    'resumes after a cursor over %s, also where others follow the same feed further on',
    async (transport) => {
      const peer = await house.peer();
      const client = house.client(peer.url, { transports: [transport] });
      const first = gatherLive(client.feed());
      await until(() => peer.following === 1, 'one follows');
      for (let n = 0; n < 5; n += 1) peer.append('j1', note(n));
      await until(() => first.all.length === 6, 'it has all');
      const second = gatherLive(client.feed({}, { cursor: 'e1:3' }));
      await until(() => second.all.length === 3, 'the past came');
      peer.append('j1', note(9));
      await until(() => second.all.length === 4 && first.all.length === 7, 'the present came');
      const cursors = second.all.map((event) => ('cursor' in event ? event.cursor : event.type));
      expect(cursors).toEqual(['e1:4', 'e1:5', 'e1:6', 'e1:7']);
    },
  );

  it('RC-RESET-2: says a reset aloud and reads the page again', async () => {
    const peer = await house.peer();
    const { all } = gatherLive(house.client(peer.url).feed());
    await until(() => peer.following === 1, 'it is followed');
    peer.log.epoch = 'e2';
    peer.cut();
    await until(() => all.length === 3, 'the reset came');
    await until(() => peer.following === 1, 'it is followed again');
    peer.append('j1', started);
    await until(() => all.length === 4, 'it goes on');
    expect(all.map(({ type }) => type)).toEqual(['page', 'reset', 'page', 'fact']);
  });
});

describe('settings', () => {
  it('takes address and key from the environment outside of pages', async () => {
    const peer = await house.peer();
    process.env['RENDERCAST_URL'] = peer.url;
    process.env['RENDERCAST_API_KEY'] = 'from-environment';
    try {
      const client = createClient();
      expect((await client.list()).jobs).toHaveLength(1);
      expect(peer.tokens).toEqual(['from-environment']);
      client.close();
    } finally {
      delete process.env['RENDERCAST_URL'];
      delete process.env['RENDERCAST_API_KEY'];
    }
  });

  it('keeps a path prefix, and sends its key to no other server', async () => {
    const peer = await house.peer();
    const other = await house.peer();
    const client = house.client(`${peer.url}/behind/proxy`, { apiKey: 'secret' });
    expect(client.address('/v1/artifacts/a1?sig=x')).toBe(`${peer.url}/behind/proxy/v1/artifacts/a1?sig=x`);
    const preview = { kind: 'preview', attempt: 1, after: 1, tick: 1, mediaType: 'image/webp' } as const;
    const level = { ...preview, width: 1, height: 1, sizeBytes: 1, url: `${other.url}/v1/jobs/j1` };
    await client.download(level);
    expect(other.tokens).toEqual([undefined]);
  });
});
