/**
 * One job followed over WebSocket, Server-Sent Events and long-poll: the same facts, each once and in order, also for who
 * comes when it is over.
 *
 *   npm run build && node --import tsx examples/follow.ts
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type JobHandle, type TransportName } from '@rendercast/client';
import { createRendercast } from '@rendercast/server';
import { WebSocket } from 'ws';
import { claim, giveUpAfter } from './claim.js';

giveUpAfter(60_000);
const dataDir = await mkdtemp(join(tmpdir(), 'rendercast-follow-'));
const rendercast = await createRendercast({ config: { dataDir, port: 0 } });
const [url = ''] = await rendercast.listen();

const transports: TransportName[] = ['websocket', 'sse', 'poll'];
const clients = transports.map((name) => createClient({ url, webSocket: WebSocket, transports: [name] }));
const [first] = clients;
if (first === undefined) throw new Error('there is no client');

/** Everything a reader hears until the end, facts by number and type. */
async function hear(job: JobHandle): Promise<{ facts: string[]; levels: number }> {
  const facts: string[] = [];
  let levels = 0;
  for await (const event of job.events({ from: 'start' })) {
    if (event.type === 'fact') facts.push(`${event.fact.seq} ${event.fact.type}`);
    if (event.type === 'level') levels += 1;
  }
  return { facts, levels };
}

// Followed before it exists: nothing can be missed.
const hearing = clients.map((client) => hear(client.job('the-fox')));
const job = await first.generate('a red fox under a yellow moon', {
  id: 'the-fox',
  steps: 12,
  width: 256,
  height: 256,
});
const [picture] = await job.result();
const heard = await Promise.all(hearing);
const late = await hear(first.job('the-fox'));

const [{ facts: expected } = { facts: [] }] = heard;
for (const [index, name] of transports.entries()) {
  const { facts, levels } = heard[index] ?? { facts: [], levels: 0 };
  console.log(`     ${name}: ${facts.length} facts, ${levels} levels`);
  claim(facts.join() === expected.join(), `${name} brought the same facts in the same order`);
}
claim(
  expected.every((fact, index) => fact.startsWith(`${index + 1} `)),
  `numbered without gaps: ${expected.join(', ')}`,
);
claim(expected.at(-1)?.endsWith('succeeded') === true, 'the end came last');
claim(late.facts.join() === expected.join(), 'who comes late hears the same');
const bytes = picture === undefined ? 0 : (await (await first.download(picture)).arrayBuffer()).byteLength;
claim(bytes === picture?.artifact.sizeBytes, `the picture has the ${bytes} bytes that its fact tells`);

for (const client of clients) client.close();
await rendercast.stop();
await rm(dataDir, { recursive: true, force: true });
