import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { afterAll, beforeAll, describe } from 'vitest';
import { createSilentLogger } from '../../logger.js';
import { blobsContract } from '../blobs.contract.js';
import { openS3Blobs } from './open-s3-blobs.js';
import { type Stub, startStub } from './stub-process.contract.js';

describe.each([
  ['that checks signatures', ['--page-size', '7']],
  ['that ignores conditions', ['--conditions', 'ignored']],
  ['that refuses conditions', ['--conditions', 'refused']],
  [
    'with slow answers, tokens that expire and the region auto',
    ['--slow-ms', '15', '--session-token', 'a/b+c=', '--region', 'auto'],
  ],
])('a storage %s', (name, flags) => {
  let stub: Stub;
  let opened = 0;
  beforeAll(async () => {
    stub = await startStub(...flags);
  });
  afterAll(() => stub.close());
  const token = flags.includes('--session-token') ? { sessionToken: 'a/b+c=', region: 'auto' } : {};

  blobsContract({
    name: `a signature-checking storage ${name}`,
    open: () => openS3Blobs({ ...stub.options, ...token, prefix: `house${opened++}` }),
  });
});

describe('s3rver', () => {
  let dir = '';
  let opened = 0;
  let server: S3rver;
  let port = 0;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'rendercast-s3rver-'));
    server = new S3rver({
      ...{ port: 0, address: '127.0.0.1', silent: true, directory: dir },
      configureBuckets: [{ name: 'media', configs: [] }],
    });
    port = (await server.run()).port;
  });
  afterAll(async () => {
    await server.close();
    await rm(dir, { recursive: true, force: true });
  });

  blobsContract({
    name: 's3rver',
    open: () =>
      openS3Blobs({
        ...{ endpoint: `http://127.0.0.1:${port}`, bucket: 'media', prefix: `house${opened++}/` },
        ...{ accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER', logger: createSilentLogger() },
      }),
  });
});
