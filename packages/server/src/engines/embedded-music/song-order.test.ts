import type { Job, MusicRequest } from '@rendercast/protocol';
import { describe, expect, test } from 'vitest';
import { orderOf } from './song-order.js';

const workOf = (request: MusicRequest) => ({
  job: { kind: 'music', request, seed: 7 } as unknown as Job,
  attempt: 1,
  handle: null,
});

describe('an order for a song', () => {
  test('follows a plan of chunks, with the words of the prompt beside it', () => {
    const chunks = [
      { text: '[Verse]\nfirst line', duration_ms: 6000, positive_styles: ['folk'], negative_styles: ['drums'] },
      { text: '[Chorus]', duration_ms: 8000, positive_styles: [] },
    ];
    const { plan } = orderOf(workOf({ prompt: 'quiet', extra: { compositionPlan: { chunks } } }));
    expect(plan.positiveStyles).toEqual(['quiet']);
    expect(plan.sections.map(({ name, durationMs, lines }) => [name, durationMs, lines])).toEqual([
      ['Verse', 6000, ['first line']],
      ['Chorus', 8000, []],
    ]);
  });

  test('refuses a plan that cannot be read, and says where it is wrong', () => {
    const order = () => orderOf(workOf({ prompt: 'quiet', extra: { compositionPlan: { chunks: [{ text: '[A]' }] } } }));
    expect(order).toThrow(expect.objectContaining({ code: 'unsupported_request' }));
    expect(order).toThrow(/extra\.compositionPlan: chunks\.0\.duration_ms/);
  });

  test('takes the length from the prompt where none is asked for', () => {
    const total = (request: MusicRequest) =>
      orderOf(workOf(request)).plan.sections.reduce((sum, { durationMs }) => sum + durationMs, 0);
    expect(total({ prompt: '2 minutes of folk' })).toBe(120_000);
    expect(total({ prompt: '2 minutes of folk', lengthMs: 30_000 })).toBe(30_000);
    expect(total({ prompt: 'folk' })).toBe(60_000);
  });
});
