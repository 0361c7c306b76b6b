import { createFlow, type Flow } from './flow.js';
import type { StageOptions } from './stage.js';

/** Edges are read at this size at most: strokes follow shapes, not pixels. */
const MOST_SIDE = 400;

/** The flow of a stage, from a small level of its goal. */
export function flowOf({ goal, style, focusAt, random, check }: StageOptions): Flow {
  const first = goal.findIndex(({ width, height }) => Math.min(width, height) <= MOST_SIDE);
  const level = Math.min(goal.length - 1, Math.max(1, first));
  const picture = goal[level];
  if (picture === undefined) throw new Error('a pyramid has at least one level');
  const direction = style.direction ?? null;
  return createFlow({ picture, scale: 2 ** level, focusAt, direction, random: random.fork('flow'), check });
}
