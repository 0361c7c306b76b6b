import { networkInterfaces } from 'node:os';
import type { Dialect, Effect, SocketRoute } from '@rendercast/protocol';
import { artistSessionDialect } from '@rendercast/protocol/dialects/artist-session/index';
import { imageTaskDialect } from '@rendercast/protocol/dialects/image-task/index';
import { musicRenderDialect } from '@rendercast/protocol/dialects/music-render/index';
import { progressFeedDialect } from '@rendercast/protocol/dialects/progress-feed/index';
import { loadConfig } from '@rendercast/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type House, startHouse } from '../support/house.js';
import { openJsonWire } from '../support/json-wire.js';

interface Row {
  dialect: Dialect;
  name: string;
  socket: string;
  /** An address that answers 200. */
  fine: string;
  /** A submission with a field that cannot be taken. */
  bad: { path: string; body: object; field: string };
  /** A submission with an empty option and a key that nobody knows. */
  good: { path: string; body: object };
  /** An address that names nothing; null: the dialect has none that names anything. */
  unknown: string | null;
}
const SECTION = { section_name: 'Intro', duration_ms: 3_000 };
const ROWS: readonly Row[] = [
  {
    dialect: imageTaskDialect,
    name: 'image-task',
    socket: '/ws/image-generation/some-task',
    fine: '/api/media/health',
    bad: {
      path: '/api/media/generate',
      body: { prompt: 'fox', num_inference_steps: 19 },
      field: 'num_inference_steps',
    },
    good: { path: '/api/media/generate', body: { prompt: 'fox', num_inference_steps: 20, seed: null, mood: 'calm' } },
    unknown: null,
  },
  {
    dialect: artistSessionDialect,
    name: 'artist-session',
    socket: '/ws',
    fine: '/api/images',
    bad: { path: '/api/generate', body: { prompt: 'fox', width: 513 }, field: 'width' },
    good: { path: '/api/generate', body: { prompt: 'fox', num_inference_steps: 2, seed: null, mood: 'calm' } },
    unknown: '/api/images/file/nothing.png',
  },
  {
    dialect: progressFeedDialect,
    name: 'progress-feed',
    socket: '/ws/progress',
    fine: '/generation/jobs/active',
    bad: { path: '/generation/queue-generation', body: { prompt: 'fox', steps: 0 }, field: 'steps' },
    good: { path: '/generation/queue-generation', body: { prompt: 'fox', steps: 2, seed: null, mood: 'calm' } },
    unknown: '/generation/jobs/nobody',
  },
  {
    dialect: musicRenderDialect,
    name: 'music-render',
    socket: '/render/ws',
    fine: '/ready',
    bad: { path: '/render', body: { sections: [] }, field: 'sections' },
    good: { path: '/render', body: { title: null, sections: [SECTION], mood: 'calm' } },
    unknown: '/render/status/nobody',
  },
];
const ENGINES = ROWS.map(({ name }) => `${name}=rehearsal`).join(',');
const STRANGER = 'https://evil.example.org';
const detailOf = ({ text }: Answer): unknown => (JSON.parse(text) as { detail: unknown }).detail;

let house: House;
beforeAll(async () => {
  house = await startHouse({ dialectEngines: ENGINES });
});
afterAll(() => house.stop());

describe.each(ROWS)('$name', (row) => {
  it('ALL-8: takes nulls and unknown keys, names the field of a bad value in a 422, and has every request id', async () => {
    const good = await house.call(row.good.path, { body: row.good.body });
    expect(good.status, good.text).toBe(200);
    const headers = { 'x-request-id': 'asked-by-me' };
    const bad = await house.call(row.bad.path, { body: row.bad.body, headers });
    expect([bad.status, detailOf(bad)]).toEqual([422, expect.stringContaining(row.bad.field)]);
    expect(bad.headers.get('x-request-id')).toBe('asked-by-me');
    expect(good.headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('ALL-9: without keys lets pages of this machine and from disk in and no others, whatever key they send', async () => {
    for (const origin of [undefined, 'null', 'http://localhost:5173', 'http://127.0.0.1', 'http://[::1]:3000']) {
      const headers = { ...(origin === undefined ? {} : { origin }), authorization: 'Bearer of-some-other-service' };
      const answers = [
        await house.call(row.fine, { headers }),
        await house.call(row.bad.path, { body: row.bad.body, headers }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([200, 422]);
      for (const answer of answers) expect(answer.headers.get('access-control-allow-origin')).toBe(origin ?? null);
      (await openJsonWire(house.url, `${row.socket}?token=of-some-other-service`, headers)).close();
    }
    const headers = { origin: STRANGER };
    expect((await house.call(row.fine, { headers })).status).toBe(403);
    await expect(openJsonWire(house.url, row.socket, headers)).rejects.toThrow('403');
  });

  it.each(['GET', 'POST', 'PUT', 'DELETE'])(
    'ALL-9: a preflight allows %s with every header that pages send',
    async (method) => {
      const asked = ['content-type', 'authorization', 'x-api-key', 'x-request-id', 'range'];
      const answer = await house.call(row.bad.path, {
        method: 'OPTIONS',
        headers: {
          ...{ origin: 'null', 'access-control-request-method': method },
          'access-control-request-headers': asked.join(','),
        },
      });
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, 'null']);
      expect(answer.headers.get('access-control-allow-methods')).toContain(method);
      const allowed = (answer.headers.get('access-control-allow-headers') ?? '').toLowerCase().split(/,\s*/);
      expect(allowed).toEqual(expect.arrayContaining(asked));
    },
  );

  it('ALL-6: never cuts a client that sends ten messages a second, nor one that sends those of half a minute at once', async () => {
    const socket = await openJsonWire(house.url, row.socket);
    // Of a render, messages are passed over only once it has begun.
    socket.send({ type: 'render', composition_plan: { sections: [SECTION] } });
    for (let count = 0; count < 300; count += 1) socket.send({ type: 'ping' });
    if (row.name === 'music-render') expect((await socket.untilClosed()).code).toBe(1000);
    else {
      await socket.next('the last pong', () => socket.messages.filter(({ type }) => type === 'pong').length === 300);
      expect(socket.closed).toBeNull();
    }
    socket.close();
  });

  it('ALL-5: says nothing of its own accord in an hour without events, but for the keep-alives of tasks', () => {
    const heard = anHourOf(row.dialect.sockets[0] as SocketRoute).map((frame) => JSON.parse(frame) as { type: string });
    const greetings = {
      'image-task': ['status'],
      'artist-session': [],
      'progress-feed': ['connected'],
      'music-render': ['progress'],
    };
    const greeting = greetings[row.name as keyof typeof greetings];
    expect(heard.slice(0, greeting.length).map(({ type }) => type)).toEqual(greeting);
    const rest = heard.slice(greeting.length).map(({ type }) => type);
    expect(rest).toEqual(row.name === 'image-task' ? Array(120).fill('keep-alive') : []);
  });
});

/** What a socket says in an hour in which it hears nothing and nothing happens. */
function anHourOf(route: SocketRoute): string[] {
  const session = route.createSession({
    ...{ connectionId: 'c_1', params: { task: 'some-task' }, query: {}, authenticated: true, heartbeatMs: 20_000 },
    ...{ epoch: 'e1', origin: 'http://localhost:8000', engine: 'auto' },
    fileUrl: { artifact: (id) => id, preview: (id) => id, own: (path) => path },
  });
  const frames: string[] = [];
  let wakeAtMs = Number.POSITIVE_INFINITY;
  const run = (effects: readonly Effect[], nowMs: number): void => {
    for (const effect of effects) {
      if (effect.do === 'send') frames.push(effect.frame as string);
      else if (effect.do === 'wake') wakeAtMs = effect.atMs ?? Number.POSITIVE_INFINITY;
      else if (effect.do === 'follow')
        run(
          session.followed({ topic: '', target: effect.target, snapshot: null, position: 'e1:0', reset: null }, nowMs),
          nowMs,
        );
      else if (effect.do === 'call') run(session.settled(effect.tag, { ok: true, value: [] }, nowMs), nowMs);
      else throw new Error(`it did ${effect.do}`);
    }
  };
  run(session.open(0), 0);
  while (wakeAtMs <= 3_600_000) {
    const nowMs = wakeAtMs;
    wakeAtMs = Number.POSITIVE_INFINITY;
    run(session.tick(nowMs), nowMs);
  }
  return frames;
}

it.each(ROWS.filter(({ unknown }) => unknown !== null))(
  'ALL-8: $name: an id that names nothing is a 404 with a detail',
  async ({ unknown }) => {
    const answer = await house.call(unknown ?? '');
    expect([answer.status, detailOf(answer)]).toEqual([404, expect.any(String)]);
    expect(answer.headers.get('x-request-id')).toMatch(/.+/);
  },
);

it('ALL-9: images and songs may be read by pages from elsewhere on this machine, in parts too', async () => {
  const [, session, , render] = ROWS as [Row, Row, Row, Row];
  const song = JSON.parse((await house.call(render.good.path, { body: render.good.body })).text) as {
    stream_url: string;
  };
  const { session_id: id } = JSON.parse((await house.call(session.good.path, { body: session.good.body })).text) as {
    session_id: string;
  };
  const socket = await openJsonWire(house.url, '/ws');
  socket.send({ type: 'subscribe', session_id: id });
  const end = await socket.next('the end', ({ type }) => type === 'generation_complete');
  socket.close();
  for (const path of [song.stream_url, ...(end.image_paths as string[])]) {
    const part = await house.call(path, { headers: { origin: 'null', range: 'bytes=0-9' } });
    expect([part.status, part.bytes.length], path).toEqual([206, 10]);
    expect(part.headers.get('access-control-allow-origin')).toBe('null');
  }
});

describe('the house that all of them live in', () => {
  it('listens on port 8000 by default, reachable as localhost over IPv4 and, where there is one, IPv6', async () => {
    expect(loadConfig({}, {}).port).toBe(8000);
    const { port } = new URL(house.url);
    const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));
    for (const host of ['localhost', '127.0.0.1', ...(hasIpv6 ? ['[::1]'] : [])])
      expect((await fetch(`http://${host}:${port}/alive`)).status, host).toBe(200);
  });

  it('answers 404 at an unknown path, for upgrades too, and serves no page in its place', async () => {
    for (const path of ['/nothing', '/api/nothing', '/ws/nothing', '/render/nothing/else']) {
      const answer = await house.call(path, { headers: { accept: 'text/html' } });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([404, expect.stringContaining('json')]);
      await expect(openJsonWire(house.url, path)).rejects.toThrow('404');
    }
  });

  it('says that it is well, in JSON, at the four addresses that clients ask', async () => {
    for (const path of ['/health', '/ready', '/alive', '/']) {
      const answer = await house.call(path);
      expect([answer.status, typeof JSON.parse(answer.text)], path).toEqual([200, 'object']);
    }
  });
});
