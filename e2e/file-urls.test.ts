import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobAnswerSchema, snapshotAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type House, rehearsal, startHouse, until } from './support/house.js';

const ADA = 'ada-key-0123456789abcdef';
const SECRET = 'one secret for all the nodes of a house';

let root = '';
let signed = '';
const houses: House[] = [];

/** A node with the same jobs and files as the others. */
async function startNode(name: string, urlSecret?: string): Promise<House> {
  const dataDir = join(root, name);
  await cp(join(root, 'first'), dataDir, { recursive: true, filter: (path) => !path.endsWith('secret') });
  const house = await startHouse({ dataDir, apiKeys: `ada:${ADA}`, ...(urlSecret === undefined ? {} : { urlSecret }) });
  houses.push(house);
  return house;
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rendercast-urls-'));
  const first = await startHouse({ dataDir: join(root, 'first'), apiKeys: `ada:${ADA}`, urlSecret: SECRET });
  const { job } = (await first.call('/v1/jobs', { key: ADA, body: rehearsal({}) })).as(jobAnswerSchema);
  await until(
    async () => (await first.call(`/v1/jobs/${job.id}`, { key: ADA })).text.includes('"succeeded"'),
    'the end',
  );
  const snapshot = (await first.call(`/v1/jobs/${job.id}`, { key: ADA })).as(snapshotAnswerSchema);
  signed = snapshot.job.outputs[0]?.artifact.url ?? '';
  await first.stop();
});
afterAll(async () => {
  for (const house of houses) await house.stop();
  await rm(root, { recursive: true, force: true });
});

test('a file URL that one node has signed is good at every node with the same secret', async () => {
  for (const name of ['second', 'third']) {
    const node = await startNode(name, SECRET);
    expect((await node.call(signed)).status).toBe(200);
    expect((await node.call(signed.replace('signature=', 'signature=x'))).code).toBe('unauthorized');
  }
});

test('a node with another secret, or with none but its own, does not take it', async () => {
  for (const secret of [`not ${SECRET}`, undefined]) {
    const node = await startNode(`stranger-${houses.length}`, secret);
    expect((await node.call(signed)).code).toBe('unauthorized');
    expect((await node.call(signed, { key: ADA })).status).toBe(200);
  }
});
