import { BLOCK } from '../sound/buses.js';
import { createLimiter, LOOK_AHEAD } from '../sound/limiter.js';
import { createLoudnessMeter, gatedLoudness, STEP_SAMPLES, type WeighedBlocks } from '../sound/loudness.js';
import { type Band, createMixer } from '../sound/mixer.js';
import type { Excerpt } from './excerpts.js';

/** What the song is expected to sound like, before it is rendered. */
export interface Forecast {
  /** Gain at which the whole song should have the wanted loudness, in decibels. */
  gainDb: number;
  /** Stretches of the song in order, with the powers that are expected of their blocks at that gain. */
  stretches: readonly Stretch[];
  /** The mix itself, where the song is so short that the only excerpt is all of it. */
  whole: { left: Float32Array; right: Float32Array } | null;
}

export interface Stretch {
  from: number;
  to: number;
  blocks: readonly number[];
}

/** A rendered excerpt, without what only fills the room. */
interface Take {
  excerpt: Excerpt;
  left: Float32Array;
  right: Float32Array;
}

/** More gain than this is for silence only. */
const MOST_GAIN_DB = 30;
/** How often the gain is tried with the limiter at work. */
const TRIES = 2;

export interface ForecastOptions {
  seed: number;
  band: Band;
  /** What the limiter keeps to, and the loudness to be reached. */
  ceiling: number;
  targetLufs: number;
  /** Called after each block with the samples rendered so far; may throw to stop. */
  rendered(samples: number): void;
}

/** Renders the excerpts, and finds the gain at which the limited whole has the loudness that is wanted. */
export function forecastLoudness(excerpts: readonly Excerpt[], options: ForecastOptions): Forecast {
  const { ceiling, targetLufs } = options;
  let done = 0;
  const takes = excerpts.map((excerpt) =>
    record(excerpt, options, (count) => {
      done += count;
      options.rendered(done);
    }),
  );
  const plain = takes.map((take) => measured(take, 0, null));
  let gainDb = Math.min(MOST_GAIN_DB, targetLufs - loudnessOf(plain));
  let stretches = plain;
  let correctionDb = 0;
  for (let turn = 0; turn < TRIES; turn++) {
    stretches = takes.map((take) => measured(take, gainDb, ceiling));
    correctionDb = Math.min(MOST_GAIN_DB - gainDb, targetLufs - loudnessOf(stretches));
    gainDb += correctionDb;
  }
  // The last correction is small: what it does is worked out, not tried once more.
  const factor = 10 ** (correctionDb / 10);
  const [first] = takes;
  return {
    gainDb,
    whole: first?.excerpt.isWhole === true ? first : null,
    stretches: stretches.map((stretch) => ({ ...stretch, blocks: stretch.blocks.map((power) => power * factor) })),
  };
}

function record(excerpt: Excerpt, { seed, band }: ForecastOptions, rendered: (count: number) => void): Take {
  const mixer = createMixer(excerpt.score, seed, band);
  const size = excerpt.score.totalSamples - excerpt.skip;
  const take = { excerpt, left: new Float32Array(size), right: new Float32Array(size) };
  let at = -excerpt.skip;
  for (let block = mixer.next(); block !== null; block = mixer.next()) {
    const from = Math.min(block.count, Math.max(0, -at));
    if (from < block.count) {
      take.left.set(block.left.subarray(from, block.count), at + from);
      take.right.set(block.right.subarray(from, block.count), at + from);
    }
    at += block.count;
    rendered(block.count);
  }
  return take;
}

/** Powers of an excerpt's blocks with a gain, and with a limiter if there is a ceiling. */
function measured({ excerpt, left, right }: Take, gainDb: number, ceiling: number | null): Stretch {
  const meter = createLoudnessMeter();
  const limiter = ceiling === null ? null : createLimiter(ceiling);
  const gain = 10 ** (gainDb / 20);
  const [l, r] = [new Float32Array(BLOCK), new Float32Array(BLOCK)];
  let late = limiter === null ? 0 : LOOK_AHEAD;
  for (let at = 0; at < left.length; at += BLOCK) {
    const count = Math.min(BLOCK, left.length - at);
    for (let i = 0; i < count; i++) {
      l[i] = (left[at + i] as number) * gain;
      r[i] = (right[at + i] as number) * gain;
    }
    limiter?.run(l, r, count);
    const from = Math.min(late, count);
    late -= from;
    meter.add(l.subarray(from), r.subarray(from), count - from);
  }
  return { from: excerpt.from, to: excerpt.to, blocks: meter.blocks };
}

function loudnessOf(stretches: readonly Stretch[]): number {
  return gatedLoudness(stretches.map((stretch) => weighed(stretch, stretch.from, 1)));
}

/** What is left of a stretch from a sample on, in blocks that count as often as it is long. */
export function weighed({ from, to, blocks }: Stretch, start: number, factor: number): WeighedBlocks {
  const left = Math.max(0, to - Math.max(from, start));
  return { blocks, factor, weight: left / STEP_SAMPLES / Math.max(1, blocks.length) };
}
