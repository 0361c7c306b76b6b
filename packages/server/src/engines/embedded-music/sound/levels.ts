import type { LevelPoint, Score } from '../compose/score.js';
import { SAMPLE_RATE } from '../compose/timeline.js';

/** Something that has a value at each sample of the song. */
export interface Course {
  fill(out: Float32Array, at: number, count: number): void;
}

/** The level of the sections, moved over about 50 ms so that no border clicks. */
export function createLevels(points: readonly LevelPoint[]): Course {
  const share = 1 - Math.exp(-1 / (0.05 * SAMPLE_RATE));
  let next = 0;
  let target = points[0]?.gain ?? 1;
  let reached = target;
  return {
    fill(out, at, count) {
      let now = reached;
      for (let i = 0; i < count; i++) {
        for (let point = points[next]; point && point.sample <= at + i; point = points[++next]) target = point.gain;
        now += (target - now) * share;
        out[i] = now;
      }
      reached = now;
    },
  };
}

/** How deep the kick presses the others, 0 to 1: down in 5 ms, back in about a fifth of a second. */
export function createDucking(score: Score): Course {
  const kicks = score.hits.filter((hit) => hit.sound === 'kick' && hit.velocity > 0.4);
  const back = Math.exp(-1 / (0.11 * SAMPLE_RATE));
  let next = 0;
  let since = SAMPLE_RATE;
  let reached = 0;
  return {
    fill(out, at, count) {
      let depth = reached;
      for (let i = 0; i < count; i++, since++) {
        for (let kick = kicks[next]; kick && kick.startSample <= at + i; kick = kicks[++next]) since = 0;
        depth = since < 220 ? depth + (1 - depth) * 0.018 : depth * back;
        out[i] = depth;
      }
      reached = depth;
    },
  };
}
