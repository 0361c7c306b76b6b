import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '../../logger.js';
import type { Blobs } from '../blobs.js';
import { openS3Blobs } from './open-s3-blobs.js';
import { type Stub, startStub } from './stub-process.contract.js';

const MIB = 1024 * 1024;
const LIMIT = { maxBytes: 100 * MIB };
const UNAVAILABLE = { code: 'storage_unavailable' };

let stub: Stub;
let blobs: Blobs;
let impatient: Blobs;
beforeAll(async () => {
  stub = await startStub();
});
afterAll(() => stub.close());
beforeEach(async () => {
  blobs = await openS3Blobs({ ...stub.options, tries: 3 });
  impatient = await openS3Blobs({ ...stub.options, silentMs: 400, tries: 6 });
  await stub.clear();
});
afterEach(async () => {
  await blobs.close();
  await impatient.close();
});

/** Silence is waited out only where there is some: a busy machine is silent for a while, too. */
const blobsFor = (deed: string): Blobs => (deed.startsWith('stall') ? impatient : blobs);

async function* inPieces(bytes: Uint8Array, pieceBytes = 64 * 1024): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
}

async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What is counted of a verb: `put 503, put 200`. */
async function seen(verb: string): Promise<number[]> {
  return (await stub.state()).seen.filter((call) => call.verb === verb).map(({ status }) => status);
}

const SMALL = randomBytes(100_000);
const LARGE = randomBytes(10 * MIB + 17);

async function expectStored(key: string, bytes: Buffer): Promise<void> {
  expect(await blobs.size(key)).toBe(bytes.length);
  expect((await bytesOf(blobs.read(key, null))).equals(bytes)).toBe(true);
}

describe('an upload goes through', () => {
  test.each([
    ['slow-down', [503, 503, 200]],
    ['internal-error', [500, 500, 200]],
    ['damage', [400, 400, 200]],
  ])('although the storage says %s twice', async (deed, statuses) => {
    await stub.manners({ on: 'put', times: 2, do: deed });
    await blobs.put('a_one', inPieces(SMALL), LIMIT);
    expect(await seen('put')).toEqual(statuses);
    await expectStored('a_one', SMALL);
  });

  test.each(['cut', 'cut-upload', 'stall', 'lose-answer'])('although a connection ends by %s', async (deed) => {
    await stub.manners({ on: 'put', do: deed });
    await blobsFor(deed).put('a_one', inPieces(SMALL), LIMIT);
    await expectStored('a_one', SMALL);
  });

  test.each(['slow-down', 'cut', 'cut-upload', 'stall', 'lose-answer', 'damage'])(
    'in parts, although one part meets %s',
    async (deed) => {
      await stub.manners({ on: 'part', do: deed, atBytes: deed === 'slow-down' ? 1 : 1_000_000 });
      await blobsFor(deed).put('a_large', inPieces(LARGE), LIMIT);
      await expectStored('a_large', LARGE);
      expect((await stub.state()).uploads).toEqual([]);
    },
  );

  test.each(['lose-answer', 'error-in-200', 'slow-down', 'cut'])(
    'in parts, although its end meets %s',
    async (deed) => {
      await stub.manners({ on: 'finish', do: deed });
      await blobs.put('a_large', inPieces(LARGE), LIMIT);
      await expectStored('a_large', LARGE);
      expect((await stub.state()).uploads).toEqual([]);
    },
  );

  test('and is seen as whole although the storage shows it late', async () => {
    await stub.manners({ on: 'head', times: 3, do: 'hide' });
    await blobs.put('a_late', inPieces(SMALL), LIMIT);
    await expectStored('a_late', SMALL);
  });
});

describe('an upload fails, and nothing of it stays', () => {
  async function expectNothing(): Promise<void> {
    await stub.manners();
    const { objects, uploads } = await stub.state();
    expect({ objects, uploads }).toEqual({ objects: [], uploads: [] });
  }

  test.each(['slow-down', 'internal-error', 'cut', 'access-denied'])(
    'when the storage says %s on and on',
    async (deed) => {
      await stub.manners({ on: 'put', times: 99, do: deed });
      await expect(blobs.put('a_one', inPieces(SMALL), LIMIT)).rejects.toMatchObject(UNAVAILABLE);
      await expectNothing();
      expect((await seen('put')).length).toBeLessThanOrEqual(3);
    },
  );

  test.each(['slow-down', 'cut-upload'])('when a part meets %s on and on, without reading on', async (deed) => {
    await stub.manners({ on: 'part', times: 99, do: deed });
    let given = 0;
    const endless = (async function* () {
      for (;;) {
        given += MIB;
        yield Buffer.alloc(MIB);
      }
    })();
    await expect(blobs.put('a_large', endless, { maxBytes: 10_000 * MIB })).rejects.toMatchObject(UNAVAILABLE);
    expect(given).toBeLessThan(20 * MIB);
    await expectNothing();
  });

  test.each([
    ['part', 'lose-part'],
    ['part', 'wrong-etag'],
    ['finish', 'keep-half'],
  ])('when the storage answers a %s and does %s', async (on, deed) => {
    await stub.manners({ on, times: 9, do: deed });
    await expect(blobs.put('a_large', inPieces(LARGE), LIMIT)).rejects.toMatchObject(UNAVAILABLE);
    await expectNothing();
  });

  test('when a small file is kept by half', async () => {
    await stub.manners({ on: 'put', do: 'keep-half' });
    await expect(blobs.put('a_half', inPieces(SMALL), LIMIT)).rejects.toMatchObject(UNAVAILABLE);
    await expectNothing();
  });

  test('when it goes past the limit, has another digest, breaks or is aborted in its third part', async () => {
    await expect(blobs.put('a_1', inPieces(LARGE), { maxBytes: 10 * MIB + 16 })).rejects.toMatchObject({
      code: 'too_large',
    });
    const expectDigest = '00'.repeat(32);
    await expect(blobs.put('a_2', inPieces(LARGE), { ...LIMIT, expectDigest })).rejects.toMatchObject({
      code: 'invalid_field',
    });
    const breaks = (async function* () {
      yield* inPieces(LARGE);
      throw new Error('the socket broke');
    })();
    await expect(blobs.put('a_3', breaks, LIMIT)).rejects.toThrow('the socket broke');
    const abort = new AbortController();
    const aborts = (async function* () {
      yield* inPieces(LARGE);
      abort.abort(new Error('gone'));
      yield SMALL;
    })();
    await expect(blobs.put('a_4', aborts, { ...LIMIT, signal: abort.signal })).rejects.toThrow('gone');
    await expectNothing();
    expect((await seen('begin')).length).toBe(4);
  });

  test('when it is aborted while the storage says nothing', async () => {
    await stub.manners({ on: 'put', times: 9, do: 'stall' });
    const put = blobs.put('a_1', inPieces(SMALL), { ...LIMIT, signal: AbortSignal.timeout(100) });
    await expect(put).rejects.toMatchObject({ name: 'TimeoutError' });
    await expectNothing();
  });

  test('when the driver is closed under it', async () => {
    const closing: Promise<void>[] = [];
    const closes = (async function* () {
      yield* inPieces(LARGE);
      closing.push(blobs.close());
      yield* inPieces(LARGE);
    })();
    await expect(blobs.put('a_1', closes, LIMIT)).rejects.toMatchObject({ code: 'shutting_down' });
    await Promise.all(closing);
    await expectNothing();
  });
});

test('a put that failed without a word can be done again under its key', async () => {
  // It was stored by half, and could not be cleared away.
  await stub.manners({ on: 'put', do: 'keep-half' }, { on: 'delete', times: 99, do: 'slow-down' });
  await expect(blobs.put('a_again', inPieces(SMALL), LIMIT)).rejects.toMatchObject(UNAVAILABLE);
  expect((await stub.state()).objects).toEqual(['files/a_again']);
  await stub.manners();
  await blobs.put('a_again', inPieces(SMALL), LIMIT);
  await expectStored('a_again', SMALL);
});

describe('of two puts of one key at once', () => {
  test.each(['kept', 'ignored'])('one is stored whole where conditions are %s', async (conditions) => {
    const other = await startStub('--conditions', conditions, '--slow-ms', '10');
    const racing = await openS3Blobs(other.options);
    for (let round = 0; round < 5; round++) {
      const bodies = [randomBytes(1_000 + round), randomBytes(6 * MIB)];
      const puts = await Promise.allSettled(bodies.map((body) => racing.put(`a_${round}`, inPieces(body), LIMIT)));
      const stored = await bytesOf(racing.read(`a_${round}`, null));
      const winner = bodies.findIndex((body) => body.equals(stored));
      expect(winner).toBeGreaterThanOrEqual(0);
      expect(puts[winner]?.status).toBe('fulfilled');
      const refused = puts
        .filter((put) => put.status === 'rejected')
        .map((put) => (put.reason as { code: string }).code);
      if (conditions === 'kept') expect(refused).toEqual(['conflict']);
      else expect(refused.every((code) => code === 'conflict')).toBe(true);
    }
    await racing.close();
    await other.close();
  });
});

describe('a download', () => {
  let stub: Stub;
  let blobs: Blobs;
  let impatient: Blobs;
  const blobsFor = (deed: string): Blobs => (deed.startsWith('stall') ? impatient : blobs);
  beforeAll(async () => {
    stub = await startStub();
    blobs = await openS3Blobs({ ...stub.options, tries: 3 });
    impatient = await openS3Blobs({ ...stub.options, silentMs: 400, tries: 6 });
    await blobs.put('a_large', inPieces(LARGE), LIMIT);
    await blobs.put('a_small', inPieces(SMALL), LIMIT);
  });
  afterEach(() => stub.manners());
  afterAll(async () => {
    await blobs.close();
    await impatient.close();
    await stub.close();
  });

  test.each([
    ['slow-down', 0],
    ['internal-error', 0],
    ['cut', 0],
    ['stall', 0],
    ['cut-download', 0],
    ['cut-download', 1_000_000],
    ['stall-download', 1_000_000],
  ])('goes on where %s at byte %i broke it', async (deed, atBytes) => {
    await stub.manners({ on: 'get', times: 2, do: deed, atBytes });
    expect((await bytesOf(blobsFor(deed).read('a_large', null))).equals(LARGE)).toBe(true);
    const range = { start: 7, end: 9 * MIB };
    await stub.manners({ on: 'get', times: 2, do: deed, atBytes });
    expect((await bytesOf(blobsFor(deed).read('a_large', range))).equals(LARGE.subarray(7, 9 * MIB + 1))).toBe(true);
  });

  test('is whole however often it is cut, as long as each time something comes', async () => {
    await stub.manners({ on: 'get', times: 11, do: 'cut-download', atBytes: MIB });
    expect((await bytesOf(blobs.read('a_large', null))).equals(LARGE)).toBe(true);
  });

  test('is whole although the storage gives half of each range', async () => {
    await stub.manners({ on: 'get', times: 5, do: 'short-range' });
    const range = { start: 1, end: 90_000 };
    expect((await bytesOf(blobs.read('a_small', range))).equals(SMALL.subarray(1, 90_001))).toBe(true);
  });

  test('fails aloud when nothing comes any more', async () => {
    await stub.manners({ on: 'get', times: 99, do: 'stall-download', atBytes: 0 });
    await expect(bytesOf(impatient.read('a_large', null))).rejects.toMatchObject(UNAVAILABLE);
    await stub.manners({ on: 'get', do: 'cut-download', atBytes: MIB }, { on: 'get', times: 99, do: 'slow-down' });
    await expect(bytesOf(blobs.read('a_large', null))).rejects.toMatchObject(UNAVAILABLE);
  });

  test('takes no bytes from elsewhere in the file', async () => {
    await stub.manners({ on: 'get', do: 'ignore-range' });
    await expect(bytesOf(blobs.read('a_large', { start: 5, end: 9 }))).rejects.toMatchObject(UNAVAILABLE);
    await stub.manners({ on: 'get', do: 'ignore-range' });
    expect((await bytesOf(blobs.read('a_large', { start: 0, end: 9 }))).equals(LARGE.subarray(0, 10))).toBe(true);
  });

  test('is not read faster than it is taken, and a slow reader is not cut off', async () => {
    const gets = (await stub.state()).seen.filter(({ verb }) => verb === 'get').length;
    const reading = impatient.read('a_large', null)[Symbol.asyncIterator]();
    const first = (await reading.next()).value as Uint8Array;
    await new Promise((go) => setTimeout(go, 900)); // longer than the storage may be silent
    const rest: Uint8Array[] = [first];
    for (let next = await reading.next(); next.done !== true; next = await reading.next()) rest.push(next.value);
    expect(Buffer.concat(rest).equals(LARGE)).toBe(true);
    expect((await stub.state()).seen.filter(({ verb }) => verb === 'get')).toHaveLength(gets + 1);
  });

  test('that is left in the middle does no harm to the next', async () => {
    for await (const piece of blobs.read('a_large', null)) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect((await bytesOf(blobs.read('a_small', null))).equals(SMALL)).toBe(true);
  });
});

test('size, remove and keys say that the storage is away, not that a file is', async () => {
  await blobs.put('a_one', inPieces(SMALL), LIMIT);
  await stub.manners({ times: 99, do: 'slow-down' });
  await expect(blobs.size('a_one')).rejects.toMatchObject(UNAVAILABLE);
  await expect(blobs.remove('a_one')).rejects.toMatchObject(UNAVAILABLE);
  await expect(blobs.keys()[Symbol.asyncIterator]().next()).rejects.toMatchObject(UNAVAILABLE);
  await stub.manners({ on: 'list', do: 'web-page' });
  await expect(blobs.keys()[Symbol.asyncIterator]().next()).rejects.toMatchObject(UNAVAILABLE);
});

test('no error and no line of the log holds a key, a signature or an address', async () => {
  const lines: string[] = [];
  const logger = createLogger('trace');
  for (const level of ['info', 'warn', 'error', 'debug'] as const)
    logger[level] = (...said: unknown[]) =>
      void lines.push(JSON.stringify(said, (_, value) => (value instanceof Error ? deep(value) : value)));
  const spoken = await openS3Blobs({ ...stub.options, logger, silentMs: 400, tries: 2 });
  for (const deed of ['access-denied', 'slow-down', 'cut', 'stall']) {
    await stub.manners({ times: 99, do: deed });
    await spoken.put('a_one', inPieces(SMALL), LIMIT).catch((thrown: unknown) => lines.push(deep(thrown)));
    await bytesOf(spoken.read('a_one', null)).catch((thrown: unknown) => lines.push(deep(thrown)));
  }
  await spoken.close();
  expect(lines.length).toBeGreaterThanOrEqual(8);
  expect(lines.join('\n')).not.toMatch(/stub-key-id|stub-secret|[Ss]ignature=|127\.0\.0\.1/);
});

/** Everything that could be printed of an error: its causes and own properties too. */
function deep(thrown: unknown): string {
  if (!(thrown instanceof Error)) return JSON.stringify(thrown) ?? '';
  return `${thrown.stack} ${JSON.stringify(Object.entries(thrown))} ${deep(thrown.cause)}`;
}
