import { SAMPLE_RATE } from '../compose/timeline.js';
import { gatedLoudness, STEP_SAMPLES } from '../sound/loudness.js';
import { type Forecast, weighed } from './forecast.js';

/** Decides the gain while the song is rendered: what comes out early cannot be changed, so the rest makes up for it. */
export interface Leveller {
  /** The gain at the start and at the end of the next samples. */
  next(count: number): { from: number; to: number };
  /** Tells what has been heard so far: powers of all blocks, see `LoudnessMeter`. */
  heard(blocks: readonly number[]): void;
}

/** How far the gain may leave the forecast, and how fast: too slow to be heard. */
const MOST_OFFSET_DB = 2;
const DB_PER_SECOND = 0.15;
/** Blocks between two looks: two seconds. */
const LOOK_EVERY = 20;
/** After so many blocks the forecast's error so far is fully believed of the rest. */
const BELIEVED_AFTER = 150;
const MOST_ERROR_DB = 3;

export function createLeveller(forecast: Forecast, targetLufs: number): Leveller {
  const { gainDb, stretches } = forecast;
  let offsetDb = 0;
  let wantedDb = 0;
  /** Powers of the blocks as they would be without any offset. */
  const plain: number[] = [];
  let looked = 0;

  const look = (blocks: readonly number[]): void => {
    const done = blocks.length * STEP_SAMPLES;
    const errorDb = errorOf(plain, done);
    const rest = (offset: number) =>
      stretches.map((stretch) => weighed(stretch, done, 10 ** ((errorDb + offset) / 10)));
    const whole = (offset: number) => gatedLoudness([{ blocks, weight: 1, factor: 1 }, ...rest(offset)]);
    let [low, high] = [-MOST_OFFSET_DB, MOST_OFFSET_DB];
    for (let turn = 0; turn < 9; turn++) {
      const middle = (low + high) / 2;
      if (whole(middle) < targetLufs) low = middle;
      else high = middle;
    }
    wantedDb = (low + high) / 2;
  };
  const errorOf = (heard: readonly number[], done: number): number => {
    if (heard.length === 0) return 0;
    const expected = stretches.map((stretch) => {
      const { blocks } = stretch;
      const past = Math.max(0, Math.min(stretch.to, done) - stretch.from);
      return { blocks, factor: 1, weight: past / STEP_SAMPLES / Math.max(1, blocks.length) };
    });
    const error = gatedLoudness([{ blocks: heard, weight: 1, factor: 1 }]) - gatedLoudness(expected);
    const belief = Math.min(1, heard.length / BELIEVED_AFTER);
    return belief * Math.max(-MOST_ERROR_DB, Math.min(MOST_ERROR_DB, error));
  };

  return {
    next(count) {
      const from = 10 ** ((gainDb + offsetDb) / 20);
      const most = (DB_PER_SECOND * count) / SAMPLE_RATE;
      offsetDb += Math.max(-most, Math.min(most, wantedDb - offsetDb));
      return { from, to: 10 ** ((gainDb + offsetDb) / 20) };
    },
    heard(blocks) {
      while (plain.length < blocks.length) plain.push((blocks[plain.length] as number) / 10 ** (offsetDb / 10));
      if (blocks.length - looked < LOOK_EVERY) return;
      looked = blocks.length;
      look(blocks);
    },
  };
}
