import { PARTS, type Score } from '../compose/score.js';
import { BLOCK, clear, type Stereo, stereo } from './buses.js';
import { createDrummer } from './drummer.js';
import { createEcho } from './echo.js';
import { createAir, createGlue, createLowCut } from './filters.js';
import { createDucking, createLevels } from './levels.js';
import type { PartMix } from './part-mix.js';
import { createPlayer } from './player.js';
import type { Kit } from './recorded-kit.js';
import { createReverb } from './reverb.js';
import type { SoundBank } from './sound-bank.js';

/** One block of the mix; valid until the next is asked for. */
export interface Block {
  left: Float32Array;
  right: Float32Array;
  /** Samples that count, from the start. */
  count: number;
}

/** What a song is played on. */
export interface Band {
  bank: SoundBank;
  kit: Kit;
}

/** Renders a score block by block. State is bounded: sounding notes, one room, one echo. */
export function createMixer(score: Score, seed: number, { bank, kit }: Band): { next(): Block | null } {
  const mix = stereo();
  const room = stereo();
  const echo = stereo();
  const bus = stereo();
  const level = new Float32Array(BLOCK);
  const duck = new Float32Array(BLOCK);
  const levels = createLevels(score.levels);
  const ducking = createDucking(score);
  const players = PARTS.flatMap((part) => {
    const instrument = score.instruments[part];
    return instrument ? [createPlayer(score, part, instrument, seed, bank)] : [];
  });
  const drummer = createDrummer(score, kit);
  const reverb = createReverb(score.room, BLOCK);
  const repeats = createEcho(score.echoSeconds);
  const lowCut = createLowCut(24);
  const air = createAir(score.bright);
  const glue = createGlue(-19);
  let at = 0;
  return {
    next() {
      const count = Math.min(BLOCK, score.totalSamples - at);
      if (count <= 0) return null;
      for (const buffers of [mix, room, echo]) clear(buffers);
      levels.fill(level, at, count);
      ducking.fill(duck, at, count);
      for (const player of players) {
        clear(bus);
        if (!player.render(bus, at, count)) continue;
        blend(bus, player.mix, { mix, room, echo, level, duck, depth: score.duck }, count);
      }
      drummer.render(mix, room, level, at, count);
      repeats.run(echo[0], echo[1], mix[0], mix[1], count);
      reverb.run(room[0], room[1], mix[0], mix[1], count);
      lowCut.run(mix[0], mix[1], count);
      air.run(mix[0], mix[1], count);
      glue.run(mix[0], mix[1], count);
      fadeOut(mix, score, at, count);
      at += count;
      return { left: mix[0], right: mix[1], count };
    },
  };
}

interface Sends {
  mix: Stereo;
  room: Stereo;
  echo: Stereo;
  level: Float32Array;
  duck: Float32Array;
  depth: number;
}

function blend(bus: Stereo, part: PartMix, sends: Sends, count: number): void {
  const { level, duck } = sends;
  const depth = sends.depth * part.duck;
  for (const side of [0, 1] as const) {
    const source = bus[side];
    const [mix, room, echo] = [sends.mix[side], sends.room[side], sends.echo[side]];
    const balance = part.gain * Math.min(1, side === 0 ? 1 - part.pan : 1 + part.pan);
    for (let i = 0; i < count; i++) {
      const value = (source[i] as number) * balance * (level[i] as number) * (1 - depth * (duck[i] as number));
      mix[i] = (mix[i] as number) + value;
      room[i] = (room[i] as number) + value * part.room;
      echo[i] = (echo[i] as number) + value * part.echo;
    }
  }
}

function fadeOut([left, right]: Stereo, score: Score, at: number, count: number): void {
  const start = score.totalSamples - score.fadeSamples;
  if (at + count <= start) return;
  for (let i = Math.max(0, start - at); i < count; i++) {
    const left01 = (score.totalSamples - at - i) / score.fadeSamples;
    // Linear in decibels for the ear, but ending in true silence.
    const gain = left01 ** 1.7;
    left[i] = (left[i] as number) * gain;
    right[i] = (right[i] as number) * gain;
  }
}
