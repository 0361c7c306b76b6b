import { randomBytes } from 'node:crypto';
import { type Growing, type Level, RendercastError } from '@rendercast/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Blobs } from '../blobs/blobs.js';
import { findGrowth, growthChunkKey } from '../blobs/growth.js';
import type { OutputReport } from '../engines/engine.js';
import { growOutput } from './growth.js';
import { ALICE, ended, jobWhen, openRig, type Rig } from './rig.contract.js';
import { addSinger, createGate, orderSong } from './singer.contract.js';
import { readWhole } from './store-output.js';

const SOON = { timeout: 15_000 };
const SONG = randomBytes(300_000);
const GROWN = SONG.subarray(0, 200_000);

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

const whole = (body: OutputReport['body']): OutputReport => ({
  ...{ slot: 0, mediaType: 'audio/mpeg', body, name: 'song.mp3', durationMs: 3_000, parameters: {} },
});
function* inPieces(bytes: Uint8Array, pieceBytes = 7_777): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
}
async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield* inPieces(bytes);
}
const blobKeys = async (): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { key } of rig.blobs.keys()) keys.push(key);
  return keys;
};
/** What was told to grow, each time that it was told. */
async function hear(): Promise<Growing[][]> {
  const heard: Growing[][] = [];
  const level = ({ level: each }: { level: Level }): void => {
    if (each.kind === 'progress' && each.growing !== undefined) heard.push(each.growing);
  };
  await rig.bus.listen({ all: true }, { facts: () => undefined, level });
  return heard;
}

describe('an output that grows', () => {
  test('is kept in chunks that are the file so far, told by progress, and cleared away once it is whole', async () => {
    const gate = createGate();
    await addSinger(rig, async (context) => {
      for (const bytes of inPieces(GROWN)) await context.grow({ slot: 0, mediaType: 'audio/mpeg', bytes });
      await gate.opened;
      await context.output(whole(SONG));
    });
    const heard = await hear();
    rig.runner().start();
    const id = await orderSong(rig);
    const told = { slot: 0, mediaType: 'audio/mpeg', sizeBytes: GROWN.length };
    await vi.waitFor(() => expect(heard.at(-1)).toEqual([told]), SOON);
    const sizes = heard.map(([growing]) => growing?.sizeBytes ?? 0);
    expect(sizes).toEqual([...sizes].sort((left, right) => left - right));

    const growth = { jobId: id, attempt: 1, slot: 0 };
    expect(await findGrowth(rig.blobs, growth)).toEqual({ ...growth, mediaType: 'audio/mpeg' });
    const chunks = (await blobKeys()).filter((key) => !key.endsWith('.head')).length;
    const kept: Uint8Array[] = [];
    for (let n = 0; n < chunks; n += 1) kept.push(await readWhole(rig.blobs.read(growthChunkKey(growth, n), null)));
    expect(Buffer.concat(kept).equals(GROWN)).toBe(true);

    gate.open();
    const { outputs } = await ended(rig, id);
    await vi.waitFor(async () => expect(await blobKeys()).toEqual([outputs[0]?.artifact.id]), SOON);
  });

  test('is refused where the finished file begins otherwise, in one piece or as a stream, and nothing is left of it', async () => {
    const other = Buffer.from(SONG);
    other[199_999] = (other[199_999] ?? 0) ^ 1;
    const bodies = [other, streamOf(other), SONG.subarray(0, 199_999), streamOf(SONG.subarray(0, 199_999))];
    await addSinger(rig, async (context) => {
      for (const bytes of inPieces(GROWN)) await context.grow({ slot: 0, mediaType: 'audio/mpeg', bytes });
      await context.output(whole(bodies.shift() ?? SONG));
    });
    rig.runner().start();
    const ids = await Promise.all(bodies.map(() => orderSong(rig)));
    for (const id of ids)
      expect(await ended(rig, id)).toMatchObject({ state: 'failed', error: { code: 'engine_failed' }, outputs: [] });
    const last = await orderSong(rig);
    expect(await ended(rig, last)).toMatchObject({ state: 'succeeded', outputs: [{ slot: 0 }] });
    await vi.waitFor(async () => expect(await blobKeys()).toHaveLength(1), SOON);
  });

  test('costs the job nothing where the storage does not take it', async () => {
    await addSinger(rig, async (context) => {
      for (const bytes of inPieces(GROWN)) await context.grow({ slot: 0, mediaType: 'audio/mpeg', bytes });
      await context.output(whole(SONG));
    });
    const heard = await hear();
    const put: Blobs['put'] = (key, body, options) =>
      key.startsWith('grow_')
        ? Promise.reject(new RendercastError('storage_unavailable'))
        : rig.blobs.put(key, body, options);
    rig.runner({ blobs: { ...rig.blobs, put } }).start();
    const id = await orderSong(rig);
    expect(await ended(rig, id)).toMatchObject({ state: 'succeeded', outputs: [{ slot: 0 }] });
    expect(heard).toEqual([]);
  });

  test('is given up when its job is canceled, and leaves nothing behind', async () => {
    await addSinger(rig, async (context) => {
      for (const bytes of inPieces(GROWN)) await context.grow({ slot: 0, mediaType: 'audio/mpeg', bytes });
      await new Promise((_, reject) => context.signal.addEventListener('abort', () => reject(context.signal.reason)));
    });
    const heard = await hear();
    rig.runner().start();
    const id = await orderSong(rig);
    await vi.waitFor(() => expect(heard.length).toBeGreaterThan(0), SOON);
    await rig.queue.cancel(ALICE, id, null);
    await jobWhen(rig, id, ({ state }) => state === 'canceled');
    await vi.waitFor(async () => expect(await blobKeys()).toEqual([]), SOON);
  });

  test('takes no more from an engine that waits than a chunk beyond the one on its way', async () => {
    let addedBytes = 0;
    let keptBytes = 0;
    let most = 0;
    const put: Blobs['put'] = (key, body, options) => {
      most = Math.max(most, addedBytes - keptBytes);
      return rig.blobs.put(key, body, options);
    };
    const kept = (sizeBytes: number): void => {
      keptBytes = sizeBytes;
    };
    const parts = { blobs: { ...rig.blobs, put }, clock: rig.clock, logger: rig.logger, kept };
    const growing = growOutput(parts, { jobId: 'j_one', attempt: 1, slot: 0, mediaType: 'audio/wav' });
    const piece = randomBytes(50_000);
    for (let n = 0; n < 400; n += 1) {
      await growing.add(piece);
      addedBytes += piece.length;
    }
    expect(keptBytes).toBeGreaterThan(15_000_000);
    expect(most).toBeLessThan(2 * 1024 * 1024 + piece.length);
    await growing.clear();
    expect(await blobKeys()).toEqual([]);
  });
});
