import type { Job } from '@rendercast/client';
import { describe, expect, test } from 'vitest';
import { cellsOf, gridJobs, placeOf } from './grid.js';
import { readValues, withValue } from './grid-axis.js';

describe('the values of an axis', () => {
  test.each([
    ['steps', '8, 16 ,32', ['8', '16', '32']],
    ['seed', '1-4', ['1', '2', '3', '4']],
    ['steps', '10-50/20, 60', ['10', '30', '50', '60']],
    ['size', '512x512, 768 × 512', ['512x512', '768 × 512']],
    ['word', 'fox, owl', ['fox', 'owl']],
    ['guidance', '7, 7, 7.5', ['7', '7.5']],
  ] as const)('%s: "%s"', (varied, text, values) => {
    expect(readValues(varied, text)).toEqual({ values, problem: null });
  });

  test.each([
    ['steps', ''],
    ['guidance', 'many'],
    ['size', 'large'],
    ['seed', '1-100'],
  ] as const)('of %s say what is wrong with "%s"', (varied, text) => {
    expect(readValues(varied, text).problem).not.toBeNull();
  });
});

describe('a grid', () => {
  const grid = {
    columns: { varied: 'steps', values: ['4', '8'] },
    rows: { varied: 'word', values: ['fox', 'owl'] },
  } as const;

  test('is a job for each cell, each with its own values and all with the rest', () => {
    const jobs = gridJobs('7', grid, { prompt: 'a red fox', seed: 5, count: 4 }, 'auto');
    expect(jobs.map(({ request }) => [request.prompt, request.steps, request.seed, request.count])).toEqual([
      ['a red fox', 4, 5, 1],
      ['a red fox', 8, 5, 1],
      ['a red owl', 4, 5, 1],
      ['a red owl', 8, 5, 1],
    ]);
    expect(jobs.every(({ tags }) => tags?.includes('grid:7'))).toBe(true);
  });

  test('is known again from any of its jobs; the newest of a cell stands', () => {
    const jobs = gridJobs('7', grid, { prompt: 'a red fox' }, 'auto').map(
      ({ request }, index) => ({ id: `j_${index}`, request }) as unknown as Job,
    );
    expect(jobs.map(placeOf)[3]).toEqual({ ...grid, column: 1, row: 1 });
    const again = { ...jobs[3], id: 'j_again' } as Job;
    const cells = cellsOf([again, ...jobs].map((job) => ({ job, levels: {} })));
    expect(cells.size).toBe(4);
    expect(cells.get('1,1')?.job.id).toBe('j_again');
    expect(placeOf({ request: { prompt: 'in no grid' } } as Job)).toBeNull();
    expect(placeOf({ request: { prompt: 'odd', extra: { grid: { columns: 1 } } } } as unknown as Job)).toBeNull();
  });

  test('changes the size and how far a start image may change', () => {
    const request = { prompt: 'a fox', inputs: [{ artifactId: 'a_1' }] };
    expect(withValue(request, { varied: 'size', values: [] }, '640x320')).toMatchObject({ width: 640, height: 320 });
    expect(withValue(request, { varied: 'strength', values: [] }, '0.3').inputs).toEqual([
      { artifactId: 'a_1', strength: 0.3 },
    ]);
  });
});
