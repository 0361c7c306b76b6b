import type { DrumSound, Groove } from '../compose/grooves.js';
import { SAMPLE_RATE } from '../compose/timeline.js';
import { createNoise } from './voice.js';
import { createLowPass } from './wave-voice.js';

/** Settings of the four kits: pitch and length of the kick, body and wires of the snare, brightness of the metal. */
interface KitTone {
  kickHz: number;
  kickSweep: number;
  kickSeconds: number;
  kickClick: number;
  snareHz: number;
  snareSeconds: number;
  snareNoise: number;
  brightHz: number;
  level: number;
}

const KITS: Readonly<Record<Groove['kit'], KitTone>> = {
  acoustic: {
    kickHz: 54,
    kickSweep: 2.6,
    kickSeconds: 0.26,
    kickClick: 0.35,
    snareHz: 196,
    snareSeconds: 0.2,
    snareNoise: 0.75,
    brightHz: 10_500,
    level: 0.7,
  },
  power: {
    kickHz: 52,
    kickSweep: 3,
    kickSeconds: 0.24,
    kickClick: 0.5,
    snareHz: 186,
    snareSeconds: 0.24,
    snareNoise: 0.85,
    brightHz: 11_500,
    level: 0.7,
  },
  electronic: {
    kickHz: 47,
    kickSweep: 4.6,
    kickSeconds: 0.36,
    kickClick: 0.25,
    snareHz: 182,
    snareSeconds: 0.18,
    snareNoise: 0.85,
    brightHz: 12_500,
    level: 0.66,
  },
  soft: {
    kickHz: 58,
    kickSweep: 1.8,
    kickSeconds: 0.22,
    kickClick: 0.12,
    snareHz: 210,
    snareSeconds: 0.16,
    snareNoise: 0.7,
    brightHz: 7000,
    level: 0.76,
  },
  orchestral: {
    kickHz: 44,
    kickSweep: 1.7,
    kickSeconds: 0.7,
    kickClick: 0.15,
    snareHz: 170,
    snareSeconds: 0.3,
    snareNoise: 0.8,
    brightHz: 9000,
    level: 0.62,
  },
};

/** Where each sound stands, -1 left to 1 right, and its level in the kit. */
export const DRUM_PLACES: Readonly<Record<DrumSound, { pan: number; gain: number; room: number }>> = {
  kick: { pan: 0, gain: 0.82, room: 0.02 },
  snare: { pan: 0.04, gain: 0.52, room: 0.22 },
  rim: { pan: -0.3, gain: 0.3, room: 0.2 },
  clap: { pan: 0.08, gain: 0.4, room: 0.25 },
  hat: { pan: 0.32, gain: 0.2, room: 0.06 },
  openHat: { pan: 0.3, gain: 0.2, room: 0.1 },
  ride: { pan: -0.34, gain: 0.16, room: 0.12 },
  crash: { pan: 0.22, gain: 0.26, room: 0.3 },
  shaker: { pan: -0.42, gain: 0.13, room: 0.12 },
  tambourine: { pan: -0.38, gain: 0.12, room: 0.14 },
  cowbell: { pan: 0.24, gain: 0.16, room: 0.14 },
  clave: { pan: -0.22, gain: 0.24, room: 0.22 },
  congaHigh: { pan: -0.34, gain: 0.34, room: 0.18 },
  congaMute: { pan: -0.34, gain: 0.26, room: 0.14 },
  congaLow: { pan: -0.2, gain: 0.38, room: 0.2 },
  timbale: { pan: 0.36, gain: 0.26, room: 0.2 },
  tomHigh: { pan: -0.28, gain: 0.5, room: 0.25 },
  tomMid: { pan: 0.02, gain: 0.52, room: 0.25 },
  tomLow: { pan: 0.3, gain: 0.55, room: 0.25 },
  boom: { pan: 0, gain: 0.8, room: 0.4 },
  riser: { pan: 0, gain: 0.16, room: 0.4 },
};

/** A kit that makes each sound when it is first played, in two takes that alternate. */
export function createDrumKit(name: Groove['kit'], seed: number): (sound: DrumSound, take: number) => Float32Array {
  const made = new Map<string, Float32Array>();
  const tone = KITS[name];
  return (sound, take) => {
    const id = `${sound}${take % 2}`;
    let samples = made.get(id);
    if (!samples) {
      samples = makeSound(sound, tone, createNoise(seed + (take % 2) * 7919 + sound.length * 131));
      for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] ?? 0) * tone.level;
      made.set(id, samples);
    }
    return samples;
  };
}

function makeSound(sound: DrumSound, tone: KitTone, noise: () => number): Float32Array {
  switch (sound) {
    case 'kick':
      return drum(tone.kickHz, tone.kickSweep, tone.kickSeconds, tone.kickClick, noise);
    case 'boom':
      return drum(38, 1.8, 1.1, 0.2, noise);
    case 'tomHigh':
      return drum(132, 1.5, 0.34, 0.12, noise);
    case 'tomMid':
      return drum(108, 1.5, 0.38, 0.12, noise);
    case 'tomLow':
      return drum(88, 1.5, 0.42, 0.12, noise);
    case 'snare':
      return snare(tone, noise);
    case 'rim':
      return mix(
        0.06,
        (t) =>
          0.7 * Math.sin(2 * Math.PI * 1720 * t) * Math.exp(-t * 110) +
          0.5 * Math.sin(2 * Math.PI * 480 * t) * Math.exp(-t * 80),
      );
    case 'clap':
      return clap(noise);
    case 'hat':
      return metal(0.055, tone.brightHz, noise);
    case 'openHat':
      return metal(0.32, tone.brightHz, noise);
    case 'ride':
      return metal(0.7, tone.brightHz * 0.8, noise, 0.5);
    case 'crash':
      return metal(1.8, tone.brightHz * 0.85, noise, 0.15);
    case 'shaker':
      return shaker(noise);
    case 'tambourine':
      return metal(0.12, tone.brightHz, noise, 0.1);
    case 'cowbell':
      return bars(0.24, [562, 845], 16);
    case 'clave':
      return bars(0.09, [2480, 4100], 70);
    case 'congaHigh':
      return drum(318, 0.16, 0.17, 0.22, noise);
    case 'congaMute':
      return drum(336, 0.2, 0.07, 0.4, noise);
    case 'congaLow':
      return drum(216, 0.18, 0.24, 0.16, noise);
    case 'timbale':
      return drum(392, 0.1, 0.2, 0.34, noise);
    case 'riser':
      return riser(noise);
  }
}

/** Struck bars of metal or wood: a few tones that die together. */
function bars(seconds: number, hz: readonly number[], dying: number): Float32Array {
  return mix(
    seconds,
    (t) =>
      hz.reduce((sum, one, i) => sum + (0.7 / (i + 1)) * Math.sin(2 * Math.PI * one * t), 0) * Math.exp(-t * dying),
  );
}

function mix(seconds: number, at: (t: number, i: number) => number): Float32Array {
  const length = Math.round(seconds * SAMPLE_RATE);
  const out = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    // A millisecond in and five out: no sound begins or ends with a step.
    const edge = Math.min(1, i / 30, (length - i) / 220);
    out[i] = at(i / SAMPLE_RATE, i) * edge;
  }
  return out;
}

/** A skin: a sine wave that falls in pitch, with the click of the stick. */
function drum(hz: number, sweep: number, seconds: number, click: number, noise: () => number): Float32Array {
  let phase = 0;
  return mix(seconds * 1.6, (t) => {
    phase += (2 * Math.PI * hz * (1 + sweep * Math.exp(-t * 42))) / SAMPLE_RATE;
    const body = Math.tanh(1.5 * Math.sin(phase) * Math.exp((-4.2 * t) / seconds));
    return body + click * noise() * Math.exp(-t * 420);
  });
}

function snare(tone: KitTone, noise: () => number): Float32Array {
  const high = createHighPass(1500);
  return mix(tone.snareSeconds * 2, (t) => {
    const body = Math.sin(2 * Math.PI * tone.snareHz * (1 + 0.5 * Math.exp(-t * 70)) * t) * Math.exp(-t * 26);
    const ring = Math.sin(2 * Math.PI * tone.snareHz * 1.62 * t) * Math.exp(-t * 34) * 0.5;
    const wires = high(noise()) * Math.exp((-3.6 * t) / tone.snareSeconds) * tone.snareNoise;
    return 0.75 * (body + ring) + 1.1 * wires;
  });
}

function clap(noise: () => number): Float32Array {
  const high = createHighPass(900);
  const low = createLowPass(0.8);
  const out = mix(0.3, (t) => {
    const bursts = [0, 0.011, 0.022].reduce((sum, at) => sum + (t >= at ? Math.exp(-(t - at) * 190) : 0), 0);
    const tail = t > 0.03 ? 0.6 * Math.exp(-(t - 0.03) * 22) : 0;
    return high(noise()) * (bursts + tail) * 1.3;
  });
  low.run(out, out.length, 6500);
  return out;
}

/** Cymbals: six square waves that never agree, and noise, without lows. */
function metal(seconds: number, brightHz: number, noise: () => number, ping = 0): Float32Array {
  const ratios = [2, 3, 4.16, 5.43, 6.79, 8.21];
  const high = createHighPass(4600);
  const low = createLowPass(0.7);
  const out = mix(seconds * 1.3, (t) => {
    let squares = 0;
    for (const ratio of ratios) squares += (t * 337 * ratio) % 1 < 0.5 ? 1 : -1;
    const bell = ping * Math.sin(2 * Math.PI * 3160 * t) * Math.exp(-t * 14);
    return high(0.22 * squares + 0.75 * noise()) * Math.exp((-4.5 * t) / seconds) * 1.2 + bell * 0.5;
  });
  low.run(out, out.length, brightHz);
  return out;
}

function shaker(noise: () => number): Float32Array {
  const high = createHighPass(4500);
  return mix(0.11, (t) => high(noise()) * Math.min(1, t / 0.018) * Math.exp(-Math.max(0, t - 0.018) * 38));
}

/** Two seconds of wind that rises in pitch and force. */
function riser(noise: () => number): Float32Array {
  const out = mix(2, (t) => noise() * (t / 2) ** 2.2);
  const low = createLowPass(2.5);
  for (let at = 0; at < out.length; at += 64) {
    low.run(out.subarray(at, at + 64), Math.min(64, out.length - at), 400 * 2 ** ((at / out.length) * 4.4));
  }
  return out;
}

function createHighPass(hz: number): (input: number) => number {
  const keep = Math.exp((-2 * Math.PI * hz) / SAMPLE_RATE);
  let low = 0;
  let low2 = 0;
  return (input) => {
    low = low * keep + input * (1 - keep);
    const first = input - low;
    low2 = low2 * keep + first * (1 - keep);
    return first - low2;
  };
}
