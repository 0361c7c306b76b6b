import { pitchHz } from '../compose/scales.js';
import { type LevelPoint, PARTS, type Part, type Score } from '../compose/score.js';
import { SAMPLE_RATE } from '../compose/timeline.js';
import { hashText } from '../random.js';
import { createDrumKit, DRUM_PLACES } from './drum-kit.js';
import { createEcho } from './echo.js';
import { createAir, createGlue, createLowCut } from './filters.js';
import { PART_MIX, type PartMix } from './part-mix.js';
import { createVoice, type PatchName } from './patches.js';
import { createReverb } from './reverb.js';
import type { Voice } from './voice.js';

/** Samples that are rendered in one go: 46 ms, so that a cancel is heard soon. */
export const BLOCK = 2048;
/** Notes that may sound at once in one part; more are left out. */
const MAX_VOICES = 48;

/** One block of the mix; valid until the next is asked for. */
export interface Block {
  left: Float32Array;
  right: Float32Array;
  /** Samples that count, from the start. */
  count: number;
}

type Stereo = readonly [Float32Array, Float32Array];
const stereo = (): Stereo => [new Float32Array(BLOCK), new Float32Array(BLOCK)];
const clear = ([left, right]: Stereo) => {
  left.fill(0);
  right.fill(0);
};

/** Renders a score block by block. State is bounded: sounding notes, one kit, one room, one echo. */
export function createMixer(score: Score, seed: number): { next(): Block | null } {
  const mix = stereo();
  const room = stereo();
  const echo = stereo();
  const bus = stereo();
  const level = new Float32Array(BLOCK);
  const duck = new Float32Array(BLOCK);
  const levels = createLevels(score.levels);
  const ducking = createDucking(score);
  const players = PARTS.flatMap((part) => {
    const patch = score.patches[part];
    return patch ? [createPlayer(score, part, patch, seed)] : [];
  });
  const drums = createDrums(score, seed);
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
      drums.render(mix, room, level, at, count);
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

/** Shares of the two channels for a note, spread by its pitch as the keys of a piano are. */
function placeOf(pitch: number, spread: number): { left: number; right: number } {
  const pan = Math.max(-0.8, Math.min(0.8, (spread * (pitch - 64)) / 12));
  return { left: Math.min(1, 1 - pan), right: Math.min(1, 1 + pan) };
}

/** Plays the notes of one part. */
function createPlayer(score: Score, part: Part, patch: PatchName, seed: number) {
  const notes = score.notes.filter((note) => note.part === part);
  const lowCut = createLowCut(PART_MIX[part].lowCutHz);
  const partSeed = hashText(part, seed);
  let next = 0;
  let sounding: { voice: Voice; start: number; done: number }[] = [];
  let quiet = SAMPLE_RATE;
  const start = (end: number): void => {
    for (let note = notes[next]; note && note.startSample < end; note = notes[++next]) {
      if (sounding.length >= MAX_VOICES) continue;
      const voice = createVoice(patch, {
        hz: pitchHz(note.pitch),
        velocity: note.velocity,
        heldSamples: note.lengthSamples,
        seed: (partSeed + next * 2_654_435_761) >>> 0,
        vowel: note.vowel ?? 'a',
        ...placeOf(note.pitch, PART_MIX[part].spread),
      });
      sounding.push({ voice, start: note.startSample, done: 0 });
    }
  };
  return {
    mix: PART_MIX[part],
    /** Adds the part to its bus; false when nothing has sounded for a while. */
    render([left, right]: Stereo, at: number, count: number): boolean {
      start(at + count);
      quiet = sounding.length > 0 ? 0 : quiet + count;
      if (quiet >= SAMPLE_RATE) return false;
      for (const one of sounding) {
        const from = Math.max(0, one.start - at);
        const size = Math.min(count - from, one.voice.totalSamples - one.done);
        one.voice.render(left, right, from, size);
        one.done += size;
      }
      sounding = sounding.filter((one) => one.done < one.voice.totalSamples);
      lowCut.run(left, right, count);
      return true;
    },
  };
}

/** Plays the drums: each stroke is a sound that was made once, at its own force. */
function createDrums(score: Score, seed: number) {
  const kit = createDrumKit(score.kit, seed);
  let next = 0;
  let sounding: { samples: Float32Array; start: number; velocity: number; sound: keyof typeof DRUM_PLACES }[] = [];
  return {
    render(mix: Stereo, room: Stereo, level: Float32Array, at: number, count: number): void {
      for (let hit = score.hits[next]; hit && hit.startSample < at + count; hit = score.hits[++next]) {
        // A closed hat stops the open one.
        if (hit.sound === 'hat') sounding = sounding.filter((one) => one.sound !== 'openHat' || at - one.start < 2000);
        sounding.push({
          samples: kit(hit.sound, next),
          start: hit.startSample,
          velocity: hit.velocity ** 1.4,
          sound: hit.sound,
        });
      }
      for (const one of sounding) {
        const place = DRUM_PLACES[one.sound];
        const from = Math.max(0, one.start - at);
        const offset = at + from - one.start;
        const size = Math.min(count - from, one.samples.length - offset);
        const gains = [
          one.velocity * place.gain * Math.min(1, 1 - place.pan),
          one.velocity * place.gain * Math.min(1, 1 + place.pan),
        ] as const;
        for (const side of [0, 1] as const) {
          for (let i = 0; i < size; i++) {
            const value = (one.samples[offset + i] as number) * gains[side] * Math.sqrt(level[from + i] as number);
            mix[side][from + i] = (mix[side][from + i] as number) + value;
            room[side][from + i] = (room[side][from + i] as number) + value * place.room;
          }
        }
      }
      sounding = sounding.filter((one) => one.start + one.samples.length > at + count);
    },
  };
}

/** The level of the sections, moved over about 50 ms so that no border clicks. */
function createLevels(points: readonly LevelPoint[]) {
  const share = 1 - Math.exp(-1 / (0.05 * SAMPLE_RATE));
  let next = 0;
  let target = points[0]?.gain ?? 1;
  let reached = target;
  return {
    fill(out: Float32Array, at: number, count: number): void {
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
function createDucking(score: Score) {
  const kicks = score.hits.filter((hit) => hit.sound === 'kick' && hit.velocity > 0.4);
  const back = Math.exp(-1 / (0.11 * SAMPLE_RATE));
  let next = 0;
  let since = SAMPLE_RATE;
  let reached = 0;
  return {
    fill(out: Float32Array, at: number, count: number): void {
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
