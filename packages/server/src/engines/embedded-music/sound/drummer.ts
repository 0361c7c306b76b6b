import type { DrumSound } from '../compose/grooves.js';
import type { Score } from '../compose/score.js';
import type { Stereo } from './buses.js';
import { DRUM_PLACES } from './drum-kit.js';
import type { Kit } from './recorded-kit.js';

/** Sounds that stop others: a closed hat the open one, a hand on the skin of a drum its ringing. */
const STOPS: Readonly<Partial<Record<DrumSound, DrumSound>>> = { hat: 'openHat', congaMute: 'congaHigh' };
/** A stopped sound dies within 15 ms. */
const STOPPED_SAMPLES = 660;

interface Stroke {
  samples: Float32Array;
  start: number;
  velocity: number;
  sound: DrumSound;
  /** Sample of the song at which it is silent, if it is stopped. */
  until: number;
}

/** Plays the drums: each stroke is a sound that was made once, at its own force. */
export function createDrummer(score: Score, kit: Kit) {
  let next = 0;
  let sounding: Stroke[] = [];
  const strike = (end: number): void => {
    for (let hit = score.hits[next]; hit && hit.startSample < end; hit = score.hits[++next]) {
      const stopped = STOPS[hit.sound];
      for (const one of sounding)
        if (one.sound === stopped) one.until = Math.min(one.until, hit.startSample + STOPPED_SAMPLES);
      sounding.push({
        samples: kit(hit.sound, hit.velocity, next),
        start: hit.startSample,
        velocity: hit.velocity ** 1.4,
        sound: hit.sound,
        until: Number.POSITIVE_INFINITY,
      });
    }
  };
  return {
    render(mix: Stereo, room: Stereo, level: Float32Array, at: number, count: number): void {
      strike(at + count);
      for (const one of sounding) {
        const place = DRUM_PLACES[one.sound];
        const from = Math.max(0, one.start - at);
        const offset = at + from - one.start;
        const size = Math.min(count - from, one.samples.length - offset);
        const fades = one.until < at + count;
        for (const side of [0, 1] as const) {
          const gain = one.velocity * place.gain * Math.min(1, side === 0 ? 1 - place.pan : 1 + place.pan);
          const [out, wet] = [mix[side], room[side]];
          for (let i = 0; i < size; i++) {
            const left = fades ? Math.min(1, Math.max(0, (one.until - at - from - i) / STOPPED_SAMPLES)) : 1;
            const value = (one.samples[offset + i] as number) * gain * left * Math.sqrt(level[from + i] as number);
            out[from + i] = (out[from + i] as number) + value;
            wet[from + i] = (wet[from + i] as number) + value * place.room;
          }
        }
      }
      const end = at + count;
      sounding = sounding.filter((one) => one.start + one.samples.length > end && one.until > end);
    },
  };
}
