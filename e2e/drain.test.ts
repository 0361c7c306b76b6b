import { createClient } from '@rendercast/client';
import { jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { PATIENT } from './stories/guest.js';
import { judge } from './stories/judge.js';
import { readJob } from './stories/log-over-http.js';
import { createServerProcess, type ServerProcess } from './stories/server-process.js';
import { watchJob } from './stories/watchers.js';
import { call, rehearsal, until } from './support/house.js';
import { openWire } from './support/socket.js';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const submit = async (server: ServerProcess, body: unknown): Promise<string> =>
  (await call(server.url, '/v1/jobs', { body })).as(jobAnswerSchema).job.id;

it('RC-DRAIN-1 RC-DRAIN-2 RC-SSE-4: on SIGTERM everybody is told when to come back, what runs ends or is handed back, and the next start goes on with it', async () => {
  const server = await createServerProcess(['--drain-ms', '1200']);
  closing.push(() => server.close());
  await server.start();
  const short = await submit(server, rehearsal({ steps: 20, stepMs: 30 }));
  const long = await submit(server, rehearsal({ steps: 30, stepMs: 100 }));
  for (const id of [short, long])
    await until(async () => (await readJob(server.url, id)).stage === 'base_model', `the start of ${id}`);
  const clients = (['websocket', 'sse', 'poll'] as const).map((transport) => {
    const client = createClient({ url: server.url, transports: [transport], webSocket: WebSocket, timing: PATIENT });
    closing.push(() => client.close());
    return client;
  });
  const watchers = clients.flatMap((client, index) =>
    [short, long].map((id) => watchJob(`client ${index} at ${id}`, client, id, { from: 'start' })),
  );
  for (const watcher of watchers) await watcher.reached(3);
  const wire = await openWire(server.url);
  const stream = await fetch(`${server.url}/v1/jobs/${long}/events`);

  const stopping = server.stop();
  expect((await wire.next('draining')).retryAfterMs).toBeGreaterThan(0);
  expect((await wire.untilClosed()).code).toBe(1012);
  expect(await stream.text()).toMatch(/retry: \d+\n\n$/);
  const refused = await call(server.url, '/v1/jobs', { body: rehearsal() });
  expect([refused.status, refused.code]).toEqual([503, 'shutting_down']);
  expect(refused.headers.get('retry-after')).not.toBeNull();
  expect((await call(server.url, '/ready')).status).toBe(503);
  expect(await stopping).toEqual({ code: 0, signal: null });

  await server.start();
  for (const watcher of watchers) await watcher.done;
  expect(await readJob(server.url, short)).toMatchObject({ state: 'succeeded', attempt: 1, failures: 0 });
  expect(await readJob(server.url, long)).toMatchObject({ state: 'succeeded', attempt: 2, failures: 0 });
  const log = await judge(server.url, watchers);
  const retrying = log.entries.flatMap(({ fact }) => (fact.type === 'retrying' ? [fact] : []));
  expect(retrying).toMatchObject([{ jobId: long, attempt: 1, counted: false }]);
});
