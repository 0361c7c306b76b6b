import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createWitness } from '../engine-witness.contract.js';
import { readFrame } from './frames.js';
import { createProgressMap } from './progress-map.js';
import { createPromptWatch } from './prompt-watch.js';
import { stripMetadata } from './strip-metadata.js';
import { verdictOfExecution, verdictOfRefusal } from './verdicts.js';
import type { Graph } from './wire.js';

const recorded = JSON.parse(readFileSync(new URL('fixtures/two-steps.json', import.meta.url), 'utf8')) as {
  type: string;
  data: Record<string, unknown>;
}[];
const graph: Graph = {
  1: { class_type: 'EmptyImage', inputs: {} },
  2: { class_type: 'Steps', inputs: { images: ['1', 0] }, _meta: { title: 'Two steps' } },
  3: { class_type: 'SaveImage', inputs: { images: ['2', 0] } },
};

test.each([
  ['whole', () => true],
  ['of an older server, without progress_state', (type: string) => type !== 'progress_state'],
  ['without progress', (type: string) => type !== 'progress'],
])('a recorded conversation, %s, is stages and steps that never fall', async (_, isKept) => {
  const witness = createWitness();
  let nudges = 0;
  const watch = createPromptWatch(graph, witness.context, () => nudges++);
  for (const { type, data } of recorded) {
    if (isKept(type)) watch.message(type, data);
    await watch.told();
  }
  expect(witness.stages.map(({ stage }) => stage)).toEqual(['EmptyImage', 'Two steps', 'SaveImage']);
  const steps = witness.progress.flatMap(({ step }) => (step === undefined ? [] : [step]));
  expect(steps).toEqual([...steps].sort((left, right) => left - right));
  expect(steps.at(-1)).toBe(2);
  const fractions = witness.progress.map(({ fraction }) => fraction ?? 0);
  expect(fractions).toEqual([...fractions].sort((left, right) => left - right));
  expect(watch.succeeded()).toBe(true);
  expect(nudges).toBe(2);
  expect(Object.keys(watch.outputs)).toEqual(['3']);
});

describe('progress over nodes', () => {
  const two: Graph = {
    1: { class_type: 'Load', inputs: {} },
    2: { class_type: 'KSampler', inputs: { steps: 20 } },
    3: { class_type: 'KSampler', inputs: { steps: 5 } },
  };
  test('counts the steps of both samplers, and of the second only where the first was kept', () => {
    const map = createProgressMap(two);
    map.enter('2');
    map.at('2', 20, 20);
    map.enter('3');
    map.at('3', 1, 5);
    expect(map.reading()).toMatchObject({ step: 21, steps: 25 });
    const kept = createProgressMap(two);
    kept.cached(['1', '2']);
    kept.enter('3');
    kept.at('3', 1, 5);
    expect(kept.reading()).toMatchObject({ step: 1, steps: 5, fraction: 0.2 });
    expect(kept.hasCached()).toBe(true);
  });

  test('never falls, whatever is said', () => {
    const map = createProgressMap(two);
    let before = 0;
    for (const [node, value, max] of [
      ['2', 10, 20],
      ['2', 1, 20],
      ['1', 5, 5_000],
      ['2', 12, 40],
      ['9', 1, 1],
      ['3', Number.NaN, 0],
    ] as const) {
      map.at(node, value, max);
      const { fraction, step = 0, steps = 0 } = map.reading();
      expect(fraction).toBeGreaterThanOrEqual(before);
      expect(step).toBeLessThanOrEqual(steps);
      before = fraction;
    }
  });
});

test('broken frames and forms that nobody knows are passed over', () => {
  const head = (...numbers: number[]) => {
    const bytes = Buffer.alloc(numbers.length * 4);
    for (const [at, number] of numbers.entries()) bytes.writeUInt32BE(number, at * 4);
    return bytes;
  };
  expect(readFrame(Buffer.from('x'))).toBeNull();
  expect(readFrame(Buffer.concat([head(3, 2), Buffer.from('hi there')]))).toBeNull();
  expect(readFrame(head(4, 4_000_000_000))).toBeNull();
  expect(readFrame(Buffer.concat([head(4, 3), Buffer.from('{"a')]))).toBeNull();
  expect(readFrame(Buffer.concat([head(1, 2), Buffer.from('png')]))).toMatchObject({
    mediaType: 'image/png',
    promptId: null,
  });
});

test('words of the server never reach people', () => {
  const secret = '/srv/comfy/models/secret.safetensors';
  const verdicts = [
    verdictOfExecution({ node_type: secret, exception_type: secret, exception_message: secret }),
    verdictOfRefusal({ error: { type: secret, message: secret, details: secret } }),
    verdictOfRefusal({
      error: { type: 'prompt_outputs_failed_validation' },
      node_errors: {
        1: {
          errors: [{ type: 'value_not_in_list', details: secret, extra_info: { input_name: secret } }],
          class_type: secret,
        },
      },
    }),
  ];
  for (const { message, retryable } of verdicts) {
    expect(message).not.toContain('srv');
    expect(retryable).toBe(false);
  }
});

test('files that are not built as they say are left as they are', () => {
  for (const type of ['image/png', 'image/jpeg', 'image/webp', 'audio/flac', 'audio/mpeg', 'audio/wav', 'video/mp4']) {
    for (const length of [0, 3, 9, 40]) {
      const bytes = Buffer.alloc(length, 0xff);
      const { bytes: left, isStripped } = stripMetadata(bytes, type);
      expect(left.length).toBeLessThanOrEqual(length);
      if (!isStripped) expect(left).toBe(bytes);
    }
  }
});
