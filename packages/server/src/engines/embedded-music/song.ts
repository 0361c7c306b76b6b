import type { Json } from '@rendercast/protocol';
import { type Arrangement, arrange } from './compose/arrange.js';
import { SAMPLE_RATE } from './compose/timeline.js';
import { coverPicture } from './cover-picture.js';
import { createEncoder, FORMATS } from './encode/encoder.js';
import type { SongEncoder } from './encode/song-encoder.js';
import { excerptsOf } from './master/excerpts.js';
import { type Forecast, forecastLoudness } from './master/forecast.js';
import { createMaster, type Finished, type Measured } from './master/master.js';
import { describeSong, tagsOf } from './song-description.js';
import type { SongOrder } from './song-order.js';
import { BLOCK } from './sound/buses.js';
import { type Band, type Block, createMixer } from './sound/mixer.js';
import { createKit } from './sound/recorded-kit.js';
import { openSoundBank } from './sound/sound-bank.js';
import { createWaveformPicture } from './waveform-picture.js';

/** How the maker of a song talks to the outside; called between blocks of 46 ms of music. */
export interface SongHooks {
  /** Whether to stop now: the song is then given up with {@link SongStopped}. */
  stopped(): boolean;
  stage(stage: SongStage, steps: number | null): void;
  /** `step` bars are rendered. `fraction` is the share of all work that is done. */
  step(step: number, steps: number, fraction: number): void;
  /** Offers a picture of what has been rendered, or of the whole at its end; it is drawn only when it is wanted. */
  picture(draw: () => Uint8Array<ArrayBuffer>, whole: boolean): void;
  /** More of the file, from its beginning to its end; what was given is never changed. */
  bytes(bytes: Uint8Array<ArrayBuffer>): void;
}

export const SONG_STAGES = ['composing', 'balancing', 'rendering'] as const;
export type SongStage = (typeof SONG_STAGES)[number];

/** A song whose file has been handed out. */
export interface Song {
  ending: string;
  durationMs: number;
  parameters: Record<string, Json>;
}

/** Thrown out of the middle of the work when it was told to stop. */
export class SongStopped extends Error {
  override readonly name = 'SongStopped';
}

/** Loudness of every song: what streaming services play at. */
const TARGET_LUFS = -14;
/** Highest true peak of the samples, in dBFS: what coding with loss adds then stays below -1. */
const CEILING_DBFS = { mp3: -2.1, ogg: -2.1, wav: -1.2, flac: -1.2 } as const;
/** What balancing costs beside rendering, per sample: there the limiter runs over it twice more. */
const BALANCE_COST = 1;

/** Makes a whole song. The same order gives the same bytes. */
export async function makeSong(order: SongOrder, hooks: SongHooks): Promise<Song> {
  hooks.stage('composing', null);
  const arrangement = arrange(order.plan, order.seed);
  const { score, timeline } = arrangement;
  const borders = timeline.grids.map((grid) => grid.startSample);
  const bank = await openSoundBank();
  bank.tidy();
  const tags = tagsOf(order, arrangement, coverPicture(score, borders));
  const encoder = await createEncoder(order.format, score.totalSamples, tags);
  const ceiling = 10 ** (CEILING_DBFS[order.format] / 20);
  const band = { bank, kit: createKit(bank, score.kit, order.seed) };
  const work = { arrangement, borders, order, hooks, band, ceiling };
  hooks.stage('balancing', score.barEnds.length);
  const { forecast, cost } = balance(work);
  hooks.stage('rendering', score.barEnds.length);
  const measured = render(work, forecast, encoder, cost);
  const format = FORMATS[order.format];
  return {
    ending: format.ending,
    durationMs: Math.round((score.totalSamples * 1000) / SAMPLE_RATE),
    parameters: describeSong(order, arrangement, measured),
  };
}

interface SongWork {
  arrangement: Arrangement;
  /** First samples of the sections. */
  borders: readonly number[];
  order: SongOrder;
  hooks: SongHooks;
  band: Band;
  ceiling: number;
}

/** Finds out how loud the song will be, before any of it is heard. `cost` is what that took, in samples of rendering. */
function balance(work: SongWork): { forecast: Forecast; cost: number } {
  const { arrangement, borders, order, hooks, band, ceiling } = work;
  const { score } = arrangement;
  const excerpts = excerptsOf(score, borders);
  const cost = BALANCE_COST * excerpts.reduce((sum, excerpt) => sum + excerpt.score.totalSamples, 0);
  const all = cost + score.totalSamples;
  let told = 0;
  const forecast = forecastLoudness(excerpts, {
    seed: order.seed,
    band,
    ceiling,
    targetLufs: TARGET_LUFS,
    rendered(samples) {
      if (hooks.stopped()) throw new SongStopped();
      if (samples - told < SAMPLE_RATE / 4) return;
      told = samples;
      hooks.step(0, score.barEnds.length, (BALANCE_COST * samples) / all);
    },
  });
  return { forecast, cost };
}

/** Renders, brings to its loudness and encodes, block by block: what is ready can be heard while the rest is made. */
function render(work: SongWork, forecast: Forecast, encoder: SongEncoder, cost: number): Measured {
  const { arrangement, borders, order, hooks, band, ceiling } = work;
  const { score } = arrangement;
  const mixer = forecast.whole === null ? createMixer(score, order.seed, band) : replay(forecast.whole);
  const master = createMaster(forecast, { targetLufs: TARGET_LUFS, ceiling });
  const picture = createWaveformPicture(score.totalSamples, borders);
  const file = createOutlet(encoder, hooks, score.totalSamples);
  const steps = score.barEnds.length;
  let done = 0;
  let bars = 0;
  for (let block = mixer.next(); block !== null; block = mixer.next()) {
    if (hooks.stopped()) throw new SongStopped();
    const finished = master.run(block.left, block.right, block.count);
    picture.add(finished.left, finished.right, finished.count);
    file.add(finished);
    done += block.count;
    const before = bars;
    while (bars < steps && (score.barEnds[bars] ?? 0) <= done) bars++;
    if (bars === before || done === score.totalSamples) continue;
    file.flush();
    hooks.step(bars, steps, (cost + done) / (cost + score.totalSamples));
    hooks.picture(picture.draw, false);
  }
  const last = master.finish();
  picture.add(last.left, last.right, last.count);
  file.add(last);
  file.finish();
  hooks.step(steps, steps, 1);
  hooks.picture(picture.draw, true);
  return master.measured();
}

/** What has been mixed already, block by block. */
function replay({ left, right }: { left: Float32Array; right: Float32Array }): { next(): Block | null } {
  let at = 0;
  return {
    next() {
      const count = Math.min(BLOCK, left.length - at);
      if (count <= 0) return null;
      at += count;
      return { left: left.subarray(at - count, at), right: right.subarray(at - count, at), count };
    },
  };
}

/** Hands out the file: its head at once, then what is ready at the end of every bar. */
function createOutlet(encoder: SongEncoder, hooks: SongHooks, totalSamples: number) {
  let ready: Uint8Array[] = [];
  let written = 0;
  hooks.bytes(encoder.head);
  const flush = () => {
    const size = ready.reduce((sum, piece) => sum + piece.length, 0);
    if (size === 0) return;
    const bytes = new Uint8Array(size);
    let at = 0;
    for (const piece of ready) {
      bytes.set(piece, at);
      at += piece.length;
    }
    ready = [];
    hooks.bytes(bytes);
  };
  return {
    flush,
    add({ left, right, count }: Finished) {
      const size = Math.min(count, totalSamples - written);
      if (size > 0) ready.push(encoder.add(left.subarray(0, size), right.subarray(0, size), size));
      written += size;
    },
    finish() {
      ready.push(encoder.finish());
      flush();
    },
  };
}
