import { artifactSchema } from '@rendercast/protocol';
import { resultSchema } from '@rendercast/protocol/dialects/music-render/index';
import { MPEGDecoder } from 'mpg123-decoder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { FakeProcess } from '../../packages/server/src/engines/elevenlabs/fake-process.contract.js';
import { readJob } from '../stories/log-over-http.js';
import { call, type House, startHouse } from '../support/house.js';
import { type JsonMessage, openJsonWire } from '../support/json-wire.js';
import { backendOf, endOf, fakeService, orderSong } from './elevenlabs-house.js';

const PLAN = {
  title: 'Far Away',
  positive_global_styles: ['calm'],
  negative_global_styles: ['loud'],
  sections: [
    { section_name: 'Intro', duration_ms: 3_000, positive_local_styles: [], negative_local_styles: [], lines: [] },
    { section_name: 'Verse', duration_ms: 4_000, positive_local_styles: [], negative_local_styles: [], lines: ['la'] },
  ],
};

let fake: FakeProcess;
let house: House;
beforeAll(async () => {
  fake = await fakeService({ workMs: 100, chunkBytes: 10_000, chunkMs: 20 });
  house = await startHouse({ backends: backendOf(fake), dialectEngines: 'music-render=elevenlabs' });
});
afterAll(async () => {
  await house.stop();
  await fake.close();
});

describe('a render over a backend of the service', () => {
  it('goes through every stage with true progress to a song that plays for as long as was asked', async () => {
    const wire = await openJsonWire(house.url, '/render/ws');
    wire.send({ type: 'render', composition_plan: PLAN });
    expect(await wire.untilClosed()).toMatchObject({ code: 1000 });
    const progress = wire.messages.filter((message: JsonMessage) => message['type'] === 'progress');
    const percents = progress.map((message) => Number(message['progress_percent']));
    expect(percents).toEqual([...percents].sort((left, right) => left - right));
    const generating = progress.filter(({ stage }) => stage === 'generating');
    expect(generating.length).toBeGreaterThan(2);
    expect(generating[0]?.['message']).toContain('elevenlabs');
    const result = resultSchema.parse(wire.messages.at(-1)?.['data']);
    expect(result.composition_plan).toEqual(PLAN);

    const file = await house.call(result.download_url);
    expect([file.status, file.bytes.length]).toEqual([200, result.file_size_bytes]);
    const decoder = new MPEGDecoder();
    await decoder.ready;
    const { samplesDecoded, sampleRate, errors } = decoder.decode(file.bytes);
    decoder.free();
    expect(errors).toEqual([]);
    expect(samplesDecoded / sampleRate).toBeCloseTo(7, 0);

    const job = await readJob(house.url, result.request_id);
    const artifact = artifactSchema.parse(job.outputs[0]?.artifact);
    expect(Math.abs((artifact.durationMs ?? 0) - 7_000)).toBeLessThan(60);
    expect(artifact.name).toBe('Far Away.mp3');
    expect(artifact.parameters).toMatchObject({
      engine: 'elevenlabs',
      model: 'music_v2',
      outputFormat: 'mp3_44100_128',
      requestId: expect.stringMatching(/^fake-/),
      songMetadata: { title: 'A Fake Song' },
    });
    expect((await fake.paid()).filter(({ body }) => JSON.stringify(body).includes('[Intro]'))).toHaveLength(1);
  });

  it('takes its plans from words from the service, in both of its ways to write them', async () => {
    const answer = await house.call('/plan', { body: { prompt: 'an evening by the sea', music_length_ms: 12_000 } });
    const shape = z.object({ sections: z.array(z.object({ section_name: z.string(), duration_ms: z.number() })) });
    const { sections } = answer.as(shape);
    expect(sections.map(({ section_name }) => section_name)).toEqual(['Intro', 'Verse', 'Chorus']);
    expect(sections.reduce((sum, { duration_ms }) => sum + duration_ms, 0)).toBe(12_000);
    const other = await startHouse({ backends: backendOf(fake, { model: 'music_v1' }) });
    try {
      const told = await call(other.url, '/plan', { body: { prompt: 'an evening by the sea' } });
      expect(JSON.parse(told.text)).toMatchObject({ negative_global_styles: ['noise'], sections: [{}, {}, {}] });
    } finally {
      await other.stop();
    }
  });

  it('says how far it is only where the length is known', async () => {
    const body = { kind: 'music', engine: 'elevenlabs', request: { prompt: 'as long as it takes' } };
    const known = await orderSong(house.url, 'known');
    const answer = await house.call('/v1/jobs', { body });
    const { id } = z.object({ job: z.object({ id: z.string() }) }).parse(JSON.parse(answer.text)).job;
    await Promise.all([endOf(house.url, known), endOf(house.url, id)]);
    const job = await readJob(house.url, id);
    expect([job.state, job.outputs[0]?.artifact.name]).toEqual(['succeeded', 'A Fake Song.mp3']);
  });
});
