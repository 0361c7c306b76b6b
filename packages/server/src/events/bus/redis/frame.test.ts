import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { historyOf, nextJobId, previewOf, progressOf } from '../bus.contract.js';
import { createEncoder, decodeFrame, MAX_FACTS_BYTES } from './frame.js';
import { createNames, isFeedChannel, SHARDS, tagOf } from './names.js';

const encoder = createEncoder(Buffer.from('sender-1'));
const job = nextJobId();
const picture = new Uint8Array([0, 255, 82, 10, 13]);
const samples = (): Buffer[] => {
  const history = historyOf(job);
  return [
    encoder.facts(job, [history.queued(), history.started(), history.succeeded()]),
    encoder.level(progressOf(job, 3)),
    encoder.level(previewOf(job, 4, picture)),
  ];
};

describe('a message between processes', () => {
  test('comes back as it was, with who sent it', () => {
    const history = historyOf(job);
    const logged = [history.queued(), history.started()];
    expect(decodeFrame(encoder.facts(job, logged))).toEqual({ sender: 'sender-1', kind: 'facts', jobId: job, logged });
    for (const carried of [progressOf(job, 3), previewOf(job, 4, picture)])
      expect(decodeFrame(encoder.level(carried))).toEqual({ sender: 'sender-1', kind: 'level', carried });
  });

  test('keeps what a newer version adds to a fact, as the log keeps it', () => {
    const told = historyOf(job).queued();
    const newer = { ...told, job: { ...told.job, mood: 'bright' } };
    expect(decodeFrame(encoder.facts(job, [newer]))).toMatchObject({ logged: [{ job: { mood: 'bright' } }] });
  });

  test('is as long as a hint to the log where the facts are long', () => {
    const large = historyOf(job, { request: { prompt: 'x', extra: { text: 'y'.repeat(MAX_FACTS_BYTES) } } }).queued();
    const frame = encoder.facts(job, [large]);
    expect(frame.length).toBeLessThan(100);
    expect(decodeFrame(frame)).toEqual({ sender: 'sender-1', kind: 'look', jobId: job });
  });

  test('carries a preview as it is: a few bytes more than the picture and its level', () => {
    const level = encoder.level(progressOf(job, 3)).length;
    expect(encoder.level(previewOf(job, 4, new Uint8Array(50_000))).length).toBeLessThan(50_000 + level + 100);
  });

  test('is none when it is cut short or when bytes are added, wherever', () => {
    for (const whole of samples()) {
      for (let length = 0; length < whole.length; length += 1)
        expect(decodeFrame(whole.subarray(0, length))).toBeNull();
      expect(decodeFrame(Buffer.concat([whole, Buffer.from('}')]))).toBeNull();
    }
  });

  test('never throws, whatever the bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(bytes, fc.integer({ min: 0, max: 4 }), (body, kind) => {
        const head = Buffer.from([0x52, 1, kind, 1, 2, 3, 4, 5, 6, 7, 8]);
        expect(decodeFrame(Buffer.concat([head, body]))).toBeNull();
        expect(decodeFrame(Buffer.from(body))).toBeNull();
      }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...samples()), fc.nat(), fc.integer({ min: 0, max: 255 }), (whole, at, byte) => {
        const bent = Buffer.from(whole);
        bent[at % bent.length] = byte;
        expect(() => decodeFrame(bent)).not.toThrow();
      }),
    );
  });

  test('of two jobs at once, or of one job under the name of another, is none', () => {
    const [mine, other] = [historyOf(job).queued(), historyOf(nextJobId()).queued()];
    expect(decodeFrame(encoder.facts(job, [mine, other]))).toBeNull();
    expect(decodeFrame(encoder.facts(job, [{ ...mine, job: other.job }]))).toBeNull();
  });
});

describe('names', () => {
  test('of one shard share a hash tag, and ids spread over all shards', () => {
    const names = createNames('house');
    const ids = Array.from({ length: 6_400 }, (_, at) => `j_${String(at).padStart(12, '0')}`);
    const counts = new Map<number, number>();
    for (const id of ids) counts.set(names.shardOf(id), (counts.get(names.shardOf(id)) ?? 0) + 1);
    expect(counts.size).toBe(SHARDS);
    expect(Math.max(...counts.values())).toBeLessThan(200); // 100 each would be even
    for (const id of ids.slice(0, 100)) {
      const shard = names.shardOf(id);
      const all = [names.jobChannel('levels', id), names.feedChannel('levels', shard), names.keptKey(id)];
      expect(new Set([...all, names.jobWishKey(id), names.feedWishKey(shard)].map(tagOf)).size).toBe(1);
      expect(all.slice(0, 2).map((channel) => isFeedChannel(Buffer.from(channel)))).toEqual([false, true]);
    }
  });

  test('of houses with different prefixes are never the same', () => {
    const [left, right] = [createNames('a'), createNames('a.b')];
    expect(left.jobChannel('facts', 'x')).not.toBe(right.jobChannel('facts', 'x'));
    expect(left.keptKey('x')).not.toBe(left.jobWishKey('x'));
  });
});
