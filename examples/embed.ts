/**
 * Rendercast inside a program: beside a route of its own, with an engine of its own, jobs made in process, and a note that
 * a browser's WebSocket would see.
 *
 *   npm run build && node --import tsx examples/embed.ts
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@rendercast/client';
import { createRendercast, defineEngine } from '@rendercast/server';
import { WebSocket } from 'ws';
import { claim, giveUpAfter } from './claim.js';

giveUpAfter(60_000);
const dataDir = await mkdtemp(join(tmpdir(), 'rendercast-embed-'));

/** Draws circles, one step each, as a vector picture. What it reports is what it has done. */
const circles = defineEngine({
  name: 'circles',
  kinds: ['image'],
  async run(job, { signal, stage, progress, output }) {
    const steps = 'steps' in job.request ? (job.request.steps ?? 20) : 20;
    const drawn: string[] = [];
    await stage({ stage: 'drawing', steps });
    for (let step = 1; step <= steps; step += 1) {
      signal.throwIfAborted();
      const at = (job.seed * step) % 512;
      drawn.push(`<circle cx="${at}" cy="${(at * 7) % 512}" r="${8 + (at % 40)}" fill="hsl(${at % 360} 70% 55%)"/>`);
      progress({ fraction: step / steps, step });
      if (step === Math.ceil(steps / 2)) await rendercast.note(job.id, { from: 'the program', half: drawn.length });
    }
    const body = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">${drawn.join('')}</svg>`);
    const parameters = { seed: job.seed, steps };
    await output({
      slot: 0,
      mediaType: 'image/svg+xml',
      body,
      name: 'circles.svg',
      width: 512,
      height: 512,
      parameters,
    });
  },
});

// The program's own server, with a route of its own.
const server = createServer((_request, response) => response.end('hello from the program'));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const rendercast = await createRendercast({ config: { dataDir }, engines: [circles] });
const leave = rendercast.attach(server);

// A watcher outside, who waits for the job before it exists.
const watcher = createClient({ url, webSocket: WebSocket, transports: ['websocket'] });
const seen: string[] = [];
const events = watcher.job('my-circles').events();
await events.next(); // says that no job has this id so far: from here on nothing is missed
const watching = (async () => {
  for await (const event of events) {
    if (event.type !== 'fact') continue;
    seen.push(event.fact.type);
    if (event.fact.type === 'note') claim(event.fact.data['half'] === 15, 'the note says what the program said');
  }
})();

const generation = await rendercast.generate({ prompt: 'circles', jobId: 'my-circles', steps: 30, seed: 7 });
const [picture] = await generation.result();
const drawn = Buffer.from((await picture?.bytes()) ?? []).toString();
await watching;

claim(drawn.match(/<circle/g)?.length === 30, 'the picture was made by our engine, one circle each step');
claim(seen.includes('note') && seen.at(-1) === 'succeeded', `the watcher saw the note and the end: ${seen.join(' ')}`);
claim(
  (await (await fetch(`${url}/anything`)).text()) === 'hello from the program',
  "the program's own route is its own",
);
const answer = (await (await fetch(`${url}/v1/jobs/my-circles`)).json()) as { job: { id: string } };
claim(answer.job.id === generation.id, 'the same job is found over HTTP');

watcher.close();
leave();
claim((await (await fetch(`${url}/v1/jobs`)).text()) === 'hello from the program', 'the server was given back');
await rendercast.stop();
server.closeAllConnections();
server.close();
await rm(dataDir, { recursive: true, force: true });
