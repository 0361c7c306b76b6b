import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CarriedLevel } from '../events/bus/bus.js';
import { ALICE, ended, factsOf, openRig, picture, type Rig, typesOf, VIA } from './rig.contract.js';
import { readWhole } from './store-output.js';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(async () => {
  await rig.close();
});

describe('a good day', () => {
  test('a job runs from submit to its picture, every step told as a level', async () => {
    const levels: CarriedLevel[] = [];
    rig.runner().start();
    const command = picture({ stepMs: 5 }, { request: { refinerSteps: 2 } });
    const listening = await rig.bus.listen(
      { all: true },
      { facts: () => undefined, level: (level) => levels.push(level) },
    );
    listening.wantPreviews(true);
    const { job, replayed } = await rig.queue.submit(ALICE, command, VIA);
    expect(replayed).toBe(false);

    const done = await ended(rig, job.id);
    expect(done).toMatchObject({ state: 'succeeded', attempt: 1, error: null, ranOn: { backend: 'rehearsal' } });
    expect(await typesOf(rig, job.id)).toEqual(['queued', 'started', 'stage', 'stage', 'output', 'succeeded']);
    expect(done.progress).toMatchObject({ fraction: 1, step: 6, steps: 6, stage: 'refiner_model', etaMs: 0 });
    const [output] = done.outputs;
    expect(output?.artifact).toMatchObject({ mediaType: 'image/png', width: 64, height: 64, hasThumbnail: true });
    const bytes = await readWhole(rig.blobs.read(output?.artifact.id ?? '', null));
    expect((await sharp(bytes).metadata()).format).toBe('png');
    const thumbnail = await readWhole(rig.blobs.read(`${output?.artifact.id}.thumb`, null));
    expect((await sharp(thumbnail).metadata()).format).toBe('webp');
    const steps = levels.flatMap(({ level }) => (level.kind === 'progress' ? [level.step] : []));
    expect(new Set(steps)).toEqual(new Set([null, 1, 2, 3, 4, 5, 6]));
    expect(levels.some(({ level, preview }) => level.kind === 'preview' && preview !== null)).toBe(true);
    listening.stop();
  });
});
