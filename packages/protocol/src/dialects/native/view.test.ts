import { describe, expect, test } from 'vitest';
import type { Target, ViewFrame } from '../../dialect.js';
import { FULL_PLAN, historyOf } from '../../dialect-exam/histories.contract.js';
import { examFileUrl } from '../../dialect-exam/house.contract.js';
import { decodePreview, decodeServerMessage } from './decode.js';
import { outwardSnapshot } from './outward.js';
import { createNativeView } from './view.js';

const history = historyOf(FULL_PLAN);
const viewOf = (variant: string, target: Target = { job: history.jobId }) =>
  createNativeView({ topic: 'topic', target, variant, fileUrl: examFileUrl, epoch: 'k3v9' });

const facts = history.steps.flatMap((step) => ('fact' in step ? [step.fact] : []));
const levels = history.steps.flatMap((step) => ('level' in step ? [step] : []));
const previews = levels.filter(({ level }) => level.kind === 'preview');
const [somePreview] = previews;
const [output] = facts.filter(({ fact }) => fact.type === 'output');
if (somePreview === undefined || output === undefined) throw new Error('the history lacks a preview or an output');

const read = (frames: readonly ViewFrame[]) =>
  frames.map(({ frame }) => (typeof frame === 'string' ? decodeServerMessage(frame) : decodePreview(frame)));

describe('events', () => {
  test('RC-EVENT-1 RC-POSITION-2: carry the fact with the position of its job and the cursor of the feed', () => {
    for (const logged of facts)
      expect(read(viewOf('none').fact(logged))).toMatchObject([
        {
          type: 'event',
          topic: 'topic',
          jobId: history.jobId,
          position: `k3v9:${logged.fact.seq}`,
          cursor: `k3v9:${logged.cursor}`,
          fact: { seq: logged.fact.seq, type: logged.fact.type },
        },
      ]);
  });

  test('RC-EVENT-1: the file of an output has its addresses', () => {
    const [message] = read(viewOf('none').fact(output));
    expect(message).toMatchObject({
      fact: { artifact: { url: '/files/art_2_0/file', thumbnailUrl: '/files/art_2_0/thumbnail' } },
    });
  });

  test('RC-FACT-3: an output whose file was removed has none', () => {
    if (output.fact.type !== 'output') throw new Error('not an output');
    const [message] = read(viewOf('none').fact({ ...output, fact: { ...output.fact, artifact: null } }));
    expect(message).toMatchObject({ fact: { artifact: null } });
  });

  test('stand at the job position on a job and at the cursor on a feed', () => {
    expect(viewOf('none').fact(output)[0]?.position).toBe(`k3v9:${output.fact.seq}`);
    expect(viewOf('none', { feed: {} }).fact(output)[0]?.position).toBe(`k3v9:${output.cursor}`);
  });
});

describe('levels', () => {
  test('progress and place are the same text in every variant', () => {
    for (const { level, preview, job } of levels.filter((each) => each.level.kind !== 'preview')) {
      const texts = ['none', 'url', 'binary'].map((variant) =>
        viewOf(variant).level(history.jobId, level, preview, job),
      );
      expect(read(texts[0] ?? [])).toEqual([{ type: 'level', topic: 'topic', jobId: history.jobId, level }]);
      expect(texts[1]).toEqual(texts[0]);
      expect(texts[2]).toEqual(texts[0]);
    }
  });

  test('RC-OUTPUT-4: progress names the addresses of outputs that are being made, one for each attempt', () => {
    const [some] = levels.filter(({ level }) => level.kind === 'progress');
    if (some?.level.kind !== 'progress') throw new Error('the history lacks progress');
    const growing = [{ slot: 2, mediaType: 'audio/mpeg', sizeBytes: 1_000 }];
    const level = { ...some.level, growing };
    const url = `/v1/jobs/${history.jobId}/outputs/2?signed&attempt=${level.attempt}`;
    expect(read(viewOf('none').level(history.jobId, level, null, some.job))).toMatchObject([
      { level: { ...some.level, growing: [{ ...growing[0], url }] } },
    ]);
    const snapshot = { job: some.job, levels: { progress: level }, position: 'k3v9:3' };
    expect(outwardSnapshot(snapshot, examFileUrl, ['progress']).levels.progress?.growing?.[0]?.url).toBe(url);
  });

  test('RC-LEVEL-4: a preview leaves nothing for those who asked for none', () => {
    expect(viewOf('none').level(history.jobId, somePreview.level, somePreview.preview, somePreview.job)).toEqual([]);
  });

  test('a preview has an address for those who asked for one', () => {
    expect(read(viewOf('url').level(history.jobId, somePreview.level, somePreview.preview, somePreview.job))).toEqual([
      {
        type: 'level',
        topic: 'topic',
        jobId: history.jobId,
        level: { ...somePreview.level, url: `/previews/${history.jobId}/${somePreview.level.tick}` },
      },
    ]);
  });

  test('RC-BINARY-1: a preview is a binary frame with header and picture for those who asked for it', () => {
    const [decoded] = read(
      viewOf('binary').level(history.jobId, somePreview.level, somePreview.preview, somePreview.job),
    );
    expect(decoded).toEqual({
      header: { type: 'preview', topic: 'topic', jobId: history.jobId, level: somePreview.level },
      picture: somePreview.preview?.bytes,
    });
  });

  test('a preview whose picture is not at hand leaves as an address', () => {
    const [message] = read(viewOf('binary').level(history.jobId, somePreview.level, null, somePreview.job));
    expect(message).toMatchObject({ type: 'level', level: { kind: 'preview', url: expect.any(String) } });
  });
});
