import dns from 'node:dns';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../clock.js';
import { openS3Blobs } from './open-s3-blobs.js';
import { createAddresses } from './s3-address.js';
import type { S3BlobsOptions } from './s3-options.js';
import { S3_DEFAULTS } from './s3-options.js';
import { createRequests } from './s3-requests.js';
import { createSigning } from './s3-signing.js';
import { dropStaleUploads } from './s3-stale-uploads.js';
import { type Stub, startStub } from './stub-process.contract.js';

type Answered = (error: null, address: unknown, family?: number) => void;

let stub: Stub;
beforeAll(async () => {
  stub = await startStub();
});
afterAll(() => stub.close());

const refused = async (options: Partial<S3BlobsOptions>): Promise<{ code: string; message: string }> => {
  const opening = openS3Blobs({ ...stub.options, tries: 1, silentMs: 300, ...options });
  return opening.then(
    async (blobs) => {
      await blobs.close();
      throw new Error('it was opened');
    },
    (thrown: unknown) => thrown as { code: string; message: string },
  );
};

describe('who starts the server hears', () => {
  test.each<[string, Partial<S3BlobsOptions>, RegExp]>([
    ['that the key id is not known', { accessKeyId: 'another' }, /does not know the access key id/],
    ['that the secret is wrong', { secretAccessKey: 'wrong' }, /secret access key is wrong/],
    ['that the token is wrong', { sessionToken: 'old' }, /session token has expired or is wrong/],
    ['that there is no such bucket', { bucket: 'nothing' }, /there is no bucket "nothing"/],
    [
      'in which region the bucket is',
      { region: 'eu-west-1' },
      /is in the region us-east-1, and the region set is eu-west-1/,
    ],
    ['that the storage cannot be reached', { endpoint: 'http://127.0.0.1:9' }, /cannot be reached \(ECONNREFUSED\)/],
    [
      'by how much the clock is off',
      { clock: { ...systemClock, now: () => Date.now() - 40 * 60_000 } },
      /clock of this machine differ by 40 minutes \(this one is behind\)/,
    ],
  ])('%s', async (_, options, words) => {
    const error = await refused(options);
    expect(error).toMatchObject({ code: 'storage_unavailable', message: expect.stringMatching(words) });
    expect(error.message).not.toMatch(/stub-secret|stub-key-id/);
  });

  test.each([
    ['list', 'list', /may not list the bucket/],
    ['put', 'write', /may not write an object/],
    ['head', 'read', /refused, or may not read an object/],
    ['delete', 'delete', /may not delete an object/],
  ])('which right is missing: %s', async (on, _, words) => {
    await stub.manners({ on, times: 9, do: 'access-denied' });
    expect(await refused({})).toMatchObject({ code: 'storage_unavailable', message: expect.stringMatching(words) });
    await stub.manners();
  });

  test('that something else answers there', async () => {
    const site = createServer((_, response) => response.end('<html>Welcome</html>'));
    await new Promise<void>((go) => site.listen(0, '127.0.0.1', go));
    const endpoint = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    expect((await refused({ endpoint })).message).toMatch(/does not speak S3/);
    site.close();
    site.closeAllConnections();
  });

  test('that the storage is silent, and soon', async () => {
    await stub.manners({ times: 9, do: 'stall' });
    expect((await refused({})).message).toMatch(/cannot be reached \(timeout\)/);
    await stub.manners();
  });

  test.each<[Partial<S3BlobsOptions>, RegExp]>([
    [{ endpoint: 'minio:9000' }, /endpoint/],
    [{ endpoint: 'http://me:secret@127.0.0.1:1' }, /endpoint.*must hold no key/],
    [{ bucket: 'a/b' }, /bucket/],
    [{ prefix: '../up' }, /prefix/],
    [{ prefix: '/a//b' }, /prefix/],
    [{ secretAccessKey: '' }, /secretAccessKey/],
    [{ partBytes: 1_000 }, /parts/],
  ])('that a setting cannot be: %o', async (options, words) => {
    const error = await refused(options);
    expect(error).toMatchObject({ code: 'invalid_field', message: expect.stringMatching(words) });
    expect(error.message).not.toContain('me:secret');
  });
});

test('waits for a storage that is still starting', async () => {
  await stub.manners({ times: 2, do: 'internal-error' });
  await (await openS3Blobs(stub.options)).close();
});

test('leaves nothing of the check behind', async () => {
  await stub.clear();
  await (await openS3Blobs(stub.options)).close();
  expect((await stub.state()).objects).toEqual([]);
});

test('a bucket belongs to one house, on all its nodes', async () => {
  await stub.clear();
  const nodes = await Promise.all([1, 2, 3].map(() => openS3Blobs({ ...stub.options, house: 'ours' })));
  expect(await refused({ house: 'theirs' })).toMatchObject({
    code: 'storage_unavailable',
    message: expect.stringMatching(/holds the files of another house/),
  });
  const beside = await openS3Blobs({ ...stub.options, prefix: 'files2', house: 'theirs' });
  for (const blobs of [...nodes, beside]) await blobs.close();
});

test('houses in one bucket do not see each other, though their prefixes begin alike', async () => {
  await stub.clear();
  const one = async function* () {
    yield Buffer.from('one');
  };
  const names = ['', 'a', 'ab', 'a/b'];
  const houses = await Promise.all(names.map((prefix) => openS3Blobs({ ...stub.options, prefix })));
  for (const [index, blobs] of houses.entries()) await blobs.put(`a_${index}`, one(), { maxBytes: 9 });
  for (const [index, blobs] of houses.entries()) {
    const keys: string[] = [];
    for await (const { key } of blobs.keys()) keys.push(key);
    expect(keys).toEqual([`a_${index}`]);
    await blobs.close();
  }
  expect((await stub.state()).objects.sort()).toEqual(['a/a_1', 'a/b/a_3', 'a_0', 'ab/a_2']);
});

test('the bucket may stand in the host name', async () => {
  const { port } = new URL(stub.url);
  // Not every machine knows the names under localhost.
  const asked = vi.spyOn(dns, 'lookup').mockImplementation(((name: string, options: object, answer: Answered) => {
    return 'all' in options ? answer(null, [{ address: '127.0.0.1', family: 4 }]) : answer(null, '127.0.0.1', 4);
  }) as never);
  const blobs = await openS3Blobs({ ...stub.options, endpoint: `http://localhost:${port}`, pathStyle: false });
  expect(await blobs.size('a_none')).toBeNull();
  expect(asked.mock.calls[0]?.[0]).toBe('media.localhost');
  await blobs.close();
  asked.mockRestore();
});

test('uploads that nobody finishes any more are dropped, younger ones and those of others are left alone', async () => {
  await stub.clear();
  const settings = {
    ...S3_DEFAULTS,
    ...stub.options,
    prefix: 'files/',
    clock: systemClock,
    sessionToken: undefined,
    house: undefined,
  };
  const requests = createRequests(
    settings,
    createAddresses(settings),
    createSigning(settings, systemClock),
    systemClock,
  );
  const { signal } = new AbortController();
  const begin = (key: string) => requests.ask({ method: 'POST', key, query: { uploads: '' }, signal });
  await begin('files/a_old');
  await begin('other/a_old');
  await stub.age(2 * 3_600_000);
  await begin('files/a_young');
  const parts = { requests, prefix: 'files/', staleMs: 3_600_000, clock: systemClock, logger: settings.logger };
  expect(await dropStaleUploads(parts, signal)).toBe(1);
  expect((await stub.state()).uploads).toEqual(['other/a_old', 'files/a_young']);
  requests.close();
});

test('a new blob that lists do not show yet is there all the same', async () => {
  const late = await startStub('--list-delay-ms', '60000');
  const blobs = await openS3Blobs(late.options);
  await blobs.put(
    'a_new',
    (async function* () {
      yield Buffer.from('new');
    })(),
    { maxBytes: 9 },
  );
  expect(await blobs.size('a_new')).toBe(3);
  for await (const { key } of blobs.keys()) expect(key).toBe('none is listed');
  await blobs.close();
  await late.close();
});

test('ages go by the clock of the storage', async () => {
  const ahead = await startStub('--ahead-ms', String(10 * 60_000));
  const blobs = await openS3Blobs(ahead.options);
  await blobs.put(
    'a_new',
    (async function* () {
      yield Buffer.from('new');
    })(),
    { maxBytes: 9 },
  );
  await ahead.age(3_600_000);
  for await (const { ageMs } of blobs.keys()) {
    expect(ageMs).toBeGreaterThanOrEqual(3_599_000);
    expect(ageMs).toBeLessThan(3_660_000);
  }
  await blobs.close();
  await ahead.close();
});

test('what is closed stops at once, readers too', async () => {
  await stub.clear();
  const blobs = await openS3Blobs(stub.options);
  const large = (async function* () {
    for (let given = 0; given < 20; given++) yield Buffer.alloc(1_000_000);
  })();
  await blobs.put('a_large', large, { maxBytes: 20_000_000 });
  const reading = blobs.read('a_large', null)[Symbol.asyncIterator]();
  await reading.next();
  const drained = (async () => {
    for (let next = await reading.next(); next.done !== true; next = await reading.next()) await blobs.close();
  })();
  await expect(drained).rejects.toMatchObject({ code: 'shutting_down' });
  await expect(blobs.size('a_large')).rejects.toMatchObject({ code: 'shutting_down' });
});
