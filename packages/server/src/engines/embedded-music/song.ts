import type { Json } from '@rendercast/protocol';
import { type Arrangement, arrange } from './compose/arrange.js';
import { SAMPLE_RATE } from './compose/timeline.js';
import { createEncoder, type Encoder, FORMATS } from './encode/encoder.js';
import { describeSong, type Measured, tagsOf } from './song-description.js';
import type { SongOrder } from './song-order.js';
import { createLimiter, LOOK_AHEAD } from './sound/limiter.js';
import { createLoudnessMeter } from './sound/loudness.js';
import { BLOCK, createMixer } from './sound/mixer.js';
import { createRecording, type Recording } from './sound/recording.js';
import { createWaveformPicture, type WaveformPicture } from './waveform-picture.js';

/** How the maker of a song talks to the outside; called between blocks of 46 ms of music. */
export interface SongHooks {
  /** Whether to stop now: the song is then given up with {@link SongStopped}. */
  stopped(): boolean;
  stage(stage: SongStage, steps: number | null): void;
  /** A bar was rendered or encoded. `fraction` is the share of all work that is done. */
  step(step: number, steps: number, fraction: number): void;
  /** Offers a picture of what has been rendered, or of the whole at its end; it is drawn only when it is wanted. */
  picture(draw: () => Uint8Array<ArrayBuffer>, whole: boolean): void;
}

export const SONG_STAGES = ['composing', 'rendering', 'encoding'] as const;
export type SongStage = (typeof SONG_STAGES)[number];

export interface Song {
  bytes: Uint8Array<ArrayBuffer>;
  mediaType: string;
  ending: string;
  durationMs: number;
  parameters: Record<string, Json>;
}

/** Thrown out of the middle of the work when it was told to stop. */
export class SongStopped extends Error {
  override readonly name = 'SongStopped';
}

/** Highest sample: -2.3 dBFS, so that what the MP3 encoder adds stays below -1 dBFS. */
const CEILING = 10 ** (-2.3 / 20);
/** Share of the time that rendering takes, measured over all styles; the rest is encoding. */
const RENDER_SHARE = 0.75;

/** Makes a whole song. The same order gives the same bytes. */
export async function makeSong(order: SongOrder, hooks: SongHooks): Promise<Song> {
  hooks.stage('composing', null);
  const arrangement = arrange(order.plan, order.seed);
  const { score, timeline } = arrangement;
  const steps = score.barEnds.length * 2;
  const picture = createWaveformPicture(
    score.totalSamples,
    timeline.grids.map((grid) => grid.startSample),
  );
  hooks.stage('rendering', steps);
  const { recording, loudness } = render(arrangement, order.seed, picture, hooks, steps);
  hooks.stage('encoding', steps);
  const encoder = await createEncoder(order.format, score.totalSamples, tagsOf(order.plan, arrangement));
  const gain = 10 ** ((score.loudnessLufs - loudness) / 20);
  const measured = master(recording, Math.min(24, gain), encoder, arrangement, hooks, steps);
  const format = FORMATS[order.format];
  return {
    bytes: encoder.finish(),
    mediaType: format.mediaType,
    ending: format.ending,
    durationMs: Math.round((score.totalSamples * 1000) / SAMPLE_RATE),
    parameters: describeSong(order, arrangement, measured),
  };
}

function render(
  { score }: Arrangement,
  seed: number,
  picture: WaveformPicture,
  hooks: SongHooks,
  steps: number,
): { recording: Recording; loudness: number } {
  const mixer = createMixer(score, seed);
  const recording = createRecording(score.totalSamples);
  const meter = createLoudnessMeter();
  let done = 0;
  let bars = 0;
  for (let block = mixer.next(); block !== null; block = mixer.next()) {
    if (hooks.stopped()) throw new SongStopped();
    recording.add(block);
    meter.add(block.left, block.right, block.count);
    picture.add(block.left, block.right, block.count);
    done += block.count;
    const before = bars;
    while (bars < score.barEnds.length && (score.barEnds[bars] ?? 0) <= done) bars++;
    if (bars === before) continue;
    hooks.step(bars, steps, (RENDER_SHARE * done) / score.totalSamples);
    hooks.picture(picture.draw, done === score.totalSamples);
  }
  return { recording, loudness: meter.integrated() };
}

/** Sets the loudness, limits the peaks and encodes, block by block. */
function master(
  recording: Recording,
  gain: number,
  encoder: Encoder,
  { score }: Arrangement,
  hooks: SongHooks,
  steps: number,
): Measured {
  const limiter = createLimiter(CEILING);
  const meter = createLoudnessMeter();
  const left = new Float32Array(BLOCK);
  const right = new Float32Array(BLOCK);
  let skip = LOOK_AHEAD;
  let written = 0;
  let peak = 0;
  let bars = 0;
  const pass = (count: number): void => {
    limiter.run(left, right, count);
    // What comes first out of the limiter is its own delay.
    const from = Math.min(skip, count);
    skip -= from;
    const size = Math.min(count - from, score.totalSamples - written);
    const [outL, outR] = [left.subarray(from, from + size), right.subarray(from, from + size)];
    for (let i = 0; i < size; i++) peak = Math.max(peak, Math.abs(outL[i] as number), Math.abs(outR[i] as number));
    meter.add(outL, outR, size);
    encoder.add(outL, outR, size);
    written += size;
  };
  for (let index = 0; index < recording.blocks; index++) {
    if (hooks.stopped()) throw new SongStopped();
    const count = recording.read(index, left, right);
    for (let i = 0; i < count; i++) {
      left[i] = (left[i] as number) * gain;
      right[i] = (right[i] as number) * gain;
    }
    pass(count);
    if (index === recording.blocks - 1) {
      left.fill(0);
      right.fill(0);
      pass(LOOK_AHEAD);
    }
    const before = bars;
    while (bars < score.barEnds.length && (score.barEnds[bars] ?? 0) <= written) bars++;
    if (bars === before) continue;
    const fraction = RENDER_SHARE + ((1 - RENDER_SHARE) * written) / score.totalSamples;
    hooks.step(score.barEnds.length + bars, steps, Math.min(1, fraction));
  }
  return { loudnessLufs: meter.integrated(), peakDbfs: 20 * Math.log10(Math.max(1e-5, peak)) };
}
