import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, rehearsal, startHouse, until } from './support/house.js';
import { openWire } from './support/socket.js';

const page = readFileSync(new URL('../docs/operate.md', import.meta.url), 'utf8');
const NGINX =
  process.env.RENDERCAST_TEST_NGINX ??
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
    .map((folder) => join(folder, 'nginx'))
    .find((path) => existsSync(path)) ??
  null;

describe('docs/operate.md', () => {
  it('explains every metric, with its type and labels, and none that is not there', async () => {
    const house = await startHouse();
    await house.call('/v1/jobs', { body: rehearsal({ fail: { atStep: 1, code: 'out_of_memory', retryable: false } }) });
    await until(
      async () => (await house.call('/metrics')).text.includes('out_of_memory'),
      'the failure in the figures',
    );
    const { text } = await house.call('/metrics');
    await house.stop();
    const shown = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = '', type = '']) => ({
      name,
      type,
      labels: labelsOf(text, name),
    }));
    const told = [...page.matchAll(/^\| `(\w+)` \| (\w+)(?:: (.+?))? \|/gm)].map(
      ([, name = '', type = '', labels]) => ({
        name,
        type,
        labels: [...(labels ?? '').matchAll(/`(\w+)`/g)].map(([, label = '']) => label),
      }),
    );
    const names = (all: { name: string }[]) => all.map(({ name }) => name).sort();
    expect(names(told)).toEqual(names(shown));
    for (const { name, type, labels } of shown) {
      const row = told.find((each) => each.name === name);
      expect(row?.type, name).toBe(type);
      // Metrics that nothing has happened to yet show no labels.
      if (labels.length > 0) expect(row?.labels.toSorted(), name).toEqual(labels);
    }
  });

  it('says 503 while it drains, as told there', async () => {
    const house = await startHouse({ drainMs: 5_000 });
    await house.call('/v1/jobs', { body: rehearsal({ steps: 40, stepMs: 50 }) });
    await until(async () => (await house.call('/v1/jobs?state=running')).text.includes('"running"'), 'the start');
    expect((await house.call('/ready')).status).toBe(200);
    const stopped = house.stop();
    const { status, text } = await house.call('/ready');
    expect([status, text]).toEqual([503, expect.stringContaining('going down')]);
    expect((await house.call('/alive')).status).toBe(200);
    await stopped;
  });
});

function labelsOf(text: string, name: string): string[] {
  const labels = new Set<string>();
  for (const [, inside = ''] of text.matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?\\{(.*)\\} `, 'gm')))
    for (const [, label = ''] of inside.matchAll(/(\w+)="/g)) if (label !== 'le') labels.add(label);
  return [...labels].sort();
}

/** The block of a language on the page that holds a word. */
function block(language: string, word: string): string {
  for (const [, text = ''] of page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm')))
    if (text.includes(word)) return text;
  throw new Error(`no ${language} with "${word}"`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe.skipIf(NGINX === null)('the lines for nginx (there is no nginx: apt-get install nginx-light)', () => {
  const KEY = 'ada-key-0123456789';
  let house: House;
  let url: string;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    house = await startHouse({
      apiKeys: `ada:${KEY}:operator`,
      trustedProxies: 'loopback',
      maxConnectionsPerAddress: 1,
    });
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const folder = await mkdtemp(join(tmpdir(), 'rendercast-nginx-'));
    const server = block('nginx', 'proxy_pass')
      .replace('listen 80;', `listen 127.0.0.1:${port};`)
      .replace('http://127.0.0.1:8000', house.url);
    const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((of) => `${of}_temp_path ${folder}/${of};`);
    const [zone = '', limit = ''] = block('nginx', 'limit_req').trim().split('\n');
    const limited = server.replace('location / {', `location / {\n${limit}`);
    await writeFile(
      join(folder, 'nginx.conf'),
      `daemon off; pid ${folder}/pid; error_log ${folder}/error.log;
       events {}
       http { access_log off; ${places.join(' ')}\n${zone}\n${limited} }`,
    );
    const nginx = spawn(NGINX ?? '', ['-p', folder, '-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf')]);
    let said = '';
    nginx.stderr.on('data', (data: Buffer) => {
      said += data.toString();
    });
    stop = async () => {
      nginx.kill('SIGTERM');
      await once(nginx, 'exit');
      await rm(folder, { recursive: true });
    };
    await until(async () => {
      if (nginx.exitCode !== null) throw new Error(said);
      return (await fetch(`${url}/alive`).catch(() => null))?.status === 200;
    }, 'nginx');
  });
  afterAll(async () => {
    await stop();
    await house.stop();
  });

  it('pass sockets on', async () => {
    const wire = await openWire(url, {
      token: KEY,
      headers: { origin: 'http://media.example.org', host: 'media.example.org' },
    });
    wire.send({ type: 'subscribe', job: 'through-nginx' });
    await wire.next('subscribed');
    const body = JSON.stringify(rehearsal({}, { id: 'through-nginx' }));
    const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
    expect((await fetch(`${url}/v1/jobs`, { method: 'POST', headers, body })).status).toBe(201);
    await wire.next('event', ({ fact }) => fact.type === 'succeeded');
    wire.close();
    await wire.untilClosed();
  });

  it('let every event of a stream through at once, and tell callers apart', async () => {
    const open = async (address: string) => {
      const ending = new AbortController();
      const headers = { authorization: `Bearer ${KEY}`, 'x-forwarded-for': address };
      const answer = await fetch(`${url}/v1/events`, { headers, signal: ending.signal });
      const reader = answer.body?.getReader();
      const first = await reader?.read();
      return { status: answer.status, first: Buffer.from(first?.value ?? []).toString(), close: () => ending.abort() };
    };
    const one = await open('203.0.113.1');
    expect(one).toMatchObject({ status: 200, first: expect.stringContaining(': stream') });
    // nginx adds this machine at the end of the list, which is trusted: the address before it counts.
    const [again, other] = [await open('203.0.113.1'), await open('203.0.113.2')];
    expect([again.status, other.status]).toEqual([429, 200]);
    for (const { close } of [one, again, other]) close();
  });
});
