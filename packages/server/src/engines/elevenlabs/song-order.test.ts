import type { CompositionPlan, Job, MusicRequest, Section } from '@rendercast/protocol';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../clock.js';
import { createSilentLogger } from '../../logger.js';
import { EngineError } from '../engine.js';
import { workOf } from '../engine-witness.contract.js';
import { createElevenLabs } from './elevenlabs.js';
import { optionsSchema } from './options.js';
import { type SongOrder, songOrderOf } from './song-order.js';

const section = (some: Partial<Section> = {}): Section => ({
  name: 'Verse',
  durationMs: 5_000,
  positiveStyles: ['soft'],
  negativeStyles: [],
  lines: ['one line'],
  ...some,
});
const planOf = (...sections: Section[]): CompositionPlan => ({
  positiveStyles: ['folk'],
  negativeStyles: ['loud'],
  sections,
});

function jobOf(request: MusicRequest, seed = 7): Job {
  const standing = { backend: 'b', slots: null, clock: systemClock, logger: createSilentLogger() };
  return workOf(createElevenLabs(optionsSchema.parse({ apiKey: 'k' }), standing), 'music', request, seed).job;
}
const order = (request: MusicRequest, options: object = {}, seed = 7): SongOrder =>
  songOrderOf(jobOf(request, seed), optionsSchema.parse({ apiKey: 'k', ...options }));

function refusal(request: MusicRequest, options: object = {}): string {
  try {
    order(request, options);
  } catch (thrown) {
    if (thrown instanceof EngineError && !thrown.retryable) return `${thrown.code}: ${thrown.message}`;
    throw thrown;
  }
  return 'none';
}

describe('an order for a song', () => {
  test('sends a plan as chunks to the models that take them, with the seed and the styles of the whole song', () => {
    const { body, path, lengthMs, expectedBytes } = order({
      plan: planOf(section(), section({ lines: ['a', 'b\nc'] })),
    });
    expect(body).toEqual({
      model_id: 'music_v2',
      seed: 7,
      composition_plan: {
        chunks: [
          {
            text: '[Verse]\none line',
            duration_ms: 5_000,
            positive_styles: ['folk', 'soft'],
            negative_styles: ['loud'],
          },
          {
            text: '[Verse]\na\nb\nc',
            duration_ms: 5_000,
            positive_styles: ['folk', 'soft'],
            negative_styles: ['loud'],
          },
        ],
      },
    });
    expect([path, lengthMs, expectedBytes]).toEqual([
      '/v1/music/detailed?output_format=mp3_44100_128',
      10_000,
      160_000,
    ]);
  });

  test('sends a plan as sections to the model that takes them', () => {
    const { body } = order({ plan: planOf(section()), model: 'music_v1' }, { stream: true, outputFormat: 'auto' });
    expect(body['composition_plan']).toEqual({
      positive_global_styles: ['folk'],
      negative_global_styles: ['loud'],
      sections: [
        {
          section_name: 'Verse',
          duration_ms: 5_000,
          positive_local_styles: ['soft'],
          negative_local_styles: [],
          lines: ['one line'],
        },
      ],
    });
  });

  test('sends a prompt without a seed, and with a length only where one was asked for', () => {
    expect(order({ prompt: ' rain ' }).body).toEqual({ prompt: 'rain', model_id: 'music_v2' });
    expect(order({ prompt: 'rain', lengthMs: 3_000 }).body).toEqual({
      prompt: 'rain',
      music_length_ms: 3_000,
      model_id: 'music_v2',
    });
  });

  test('keeps seeds within what the service takes', () => {
    expect(order({ plan: planOf(section()) }, {}, 4_294_967_295).seed).toBe(2_147_483_647);
  });

  test('sends a plan of the service as it was given', () => {
    const plan = {
      chunks: [
        { text: 'la', duration_ms: 4_000, positive_styles: [], context_adherence: 'high' },
        { song_id: 'song-1', range: { start_ms: 0, end_ms: 2_000 } },
      ],
    };
    const { body, lengthMs } = order({ prompt: 'A title', extra: { elevenlabs: { composition_plan: plan } } });
    expect([body['composition_plan'], body['prompt'], lengthMs]).toEqual([plan, undefined, 6_000]);
  });
});

/** The bounds of the service on what a plan may hold, each broken by one. */
const REFUSED: [string, MusicRequest, string, object?][] = [
  ['a short section', { plan: planOf(section({ durationMs: 2_999 })) }, 'plan.sections[0].durationMs'],
  ['a long section', { plan: planOf(section(), section({ durationMs: 120_001 })) }, 'plan.sections[1].durationMs'],
  ['a long line', { plan: planOf(section({ lines: ['x', 'x'.repeat(201)] })) }, 'plan.sections[0].lines[1]'],
  ['many lines', { plan: planOf(section({ lines: Array(31).fill('x') })) }, 'plan.sections[0].lines'],
  ['a long name', { plan: planOf(section({ name: 'x'.repeat(101) })) }, 'plan.sections[0].name'],
  ['a blank name', { plan: planOf(section({ name: '[]' })) }, 'plan.sections[0].name'],
  ['many sections', { plan: planOf(...Array<Section>(31).fill(section())) }, 'plan.sections'],
  [
    'more styles than fit beside those of the whole song',
    { plan: planOf(section({ positiveStyles: Array.from({ length: 50 }, (_, index) => `style ${index}`) })) },
    'plan.sections[0].positiveStyles',
  ],
  [
    'a short section of v1',
    { plan: planOf(section({ durationMs: 1_000 })), model: 'music_v1' },
    'plan.sections[0].durationMs',
  ],
  [
    'a long line of v1',
    { plan: planOf(section({ lines: ['x'.repeat(201)] })), model: 'music_v1' },
    'plan.sections[0].lines[0]',
  ],
  ['a short song', { prompt: 'x', lengthMs: 2_999 }, 'lengthMs'],
  ['a prompt beside a plan', { prompt: 'x', plan: planOf(section()) }, 'unsupported_request'],
  ['another format', { prompt: 'x', format: 'wav' }, 'unsupported_request'],
  ['another model', { prompt: 'x', model: 'music_v9' }, 'unsupported_request'],
  [
    'an option that nobody knows',
    { prompt: 'x', extra: { elevenlabs: { force_instrumentel: true } } },
    'extra.elevenlabs',
  ],
  [
    'an instrumental plan',
    { plan: planOf(section()), extra: { elevenlabs: { force_instrumental: true } } },
    'force_instrumental',
  ],
  [
    'durations to be kept by v2',
    { plan: planOf(section()), extra: { elevenlabs: { respect_sections_durations: true } } },
    'respect_sections_durations',
  ],
  [
    'a signature on a stream',
    { prompt: 'x', extra: { elevenlabs: { sign_with_c2pa: true } } },
    'sign_with_c2pa',
    { stream: true },
  ],
  [
    'sections for v2',
    { prompt: 'x', extra: { elevenlabs: { composition_plan: { sections: [] } } } },
    'takes plans of chunks',
  ],
  [
    'chunks for v1',
    { prompt: 'x', model: 'music_v1', extra: { elevenlabs: { composition_plan: { chunks: [] } } } },
    'takes plans of sections',
  ],
  [
    'a taken range of nothing',
    {
      prompt: 'x',
      extra: { elevenlabs: { composition_plan: { chunks: [{ song_id: 's', range: { start_ms: 10, end_ms: 59 } }] } } },
    },
    'extra.elevenlabs.composition_plan.chunks[0].range.end_ms',
  ],
  [
    'a long range to be conditioned on',
    {
      prompt: 'x',
      extra: {
        elevenlabs: {
          composition_plan: {
            chunks: [
              {
                text: '',
                duration_ms: 3_000,
                positive_styles: [],
                conditioning_ref: { song_id: 's', range: { start_ms: 0, end_ms: 30_001 } },
              },
            ],
          },
        },
      },
    },
    'chunks[0].conditioning_ref.range.end_ms',
  ],
  [
    'a song beyond ten minutes',
    {
      prompt: 'x',
      extra: {
        elevenlabs: {
          composition_plan: { chunks: Array(6).fill({ text: '', duration_ms: 100_001, positive_styles: [] }) },
        },
      },
    },
    'more than 600000',
  ],
];

test.each(REFUSED)('%s is refused before anything is paid, and it is said where', (_title, request, where, options) => {
  expect(refusal(request, options)).toContain(where);
});
