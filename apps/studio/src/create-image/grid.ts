import type { Job, SubmitInput } from '@rendercast/client';
import type { FeedItem } from '@rendercast/client/react';
import { imageRequest } from '../job/requests.js';
import { type Axis, VARIED, withValue } from './grid-axis.js';
import type { ImageRequestInput } from './image-request.js';

/** Most cells: a grid is one batch, all of it or nothing, and a batch holds a hundred jobs. */
export const MOST_CELLS = 100;

/** A grid as its jobs carry it (in `request.extra.grid`), so that any device can show it from any of them. */
export interface Grid {
  columns: Axis;
  rows: Axis;
}

/** The place of a job in its grid. */
export interface GridPlace extends Grid {
  column: number;
  row: number;
}

/** The tag that the jobs of a grid share. A retry keeps its tags, so it takes the place of the one that failed. */
export function gridTag(id: string): string {
  return `grid:${id}`;
}

/** The jobs of a grid, row by row. */
export function gridJobs(
  id: string,
  grid: Grid,
  request: ImageRequestInput,
  engine: string,
): Extract<SubmitInput, { kind: 'image' }>[] {
  return grid.rows.values.flatMap((rowValue, row) =>
    grid.columns.values.map((columnValue, column) => ({
      kind: 'image' as const,
      engine,
      tags: [gridTag(id)],
      request: {
        ...withValue(withValue(request, grid.columns, columnValue), grid.rows, rowValue),
        count: 1,
        extra: { ...request.extra, grid: { columns: asJson(grid.columns), rows: asJson(grid.rows), column, row } },
      },
    })),
  );
}

/** Where a job stands in its grid; null for one that is in none. */
export function placeOf(job: Pick<Job, 'request'>): GridPlace | null {
  const grid = imageRequest(job).extra?.['grid'];
  if (typeof grid !== 'object' || grid === null) return null;
  const { columns, rows, column, row } = grid as Partial<Record<keyof GridPlace, unknown>>;
  const read = { columns: readAxis(columns), rows: readAxis(rows) };
  if (read.columns === null || read.rows === null || typeof column !== 'number' || typeof row !== 'number') return null;
  return { columns: read.columns, rows: read.rows, column, row };
}

/** The newest job of each cell, by `column,row`. Jobs come newest first. */
export function cellsOf(items: readonly FeedItem[]): Map<string, FeedItem> {
  const cells = new Map<string, FeedItem>();
  for (const item of items) {
    const place = placeOf(item.job);
    if (place === null) continue;
    const key = cellKey(place.column, place.row);
    if (!cells.has(key)) cells.set(key, item);
  }
  return cells;
}

/** The name of a cell. */
export function cellKey(column: number, row: number): string {
  return `${column},${row}`;
}

function asJson({ varied, values }: Axis): { varied: string; values: string[] } {
  return { varied, values: [...values] };
}

function readAxis(value: unknown): Axis | null {
  if (typeof value !== 'object' || value === null) return null;
  const { varied, values } = value as { varied?: unknown; values?: unknown };
  const known = VARIED.find((each) => each === varied);
  if (known === undefined || !Array.isArray(values)) return null;
  return { varied: known, values: values.map(String) };
}
