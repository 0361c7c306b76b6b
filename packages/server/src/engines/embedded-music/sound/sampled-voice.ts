import { SAMPLE_RATE } from '../compose/timeline.js';
import type { Voice, VoiceNote } from './voice.js';
import { createLowPass } from './wave-voice.js';
import type { Zone, ZoneEnvelope } from './zone.js';

/** How a recorded instrument is played, beside what its recordings say. */
export interface Touch {
  /** Factor on the level. */
  gain: number;
  /** Shortest time in which a note dies away once it is let go, in seconds: the pedal, or the wood. */
  release?: number;
  /** Slow waver of the pitch of long notes. */
  vibrato?: { hz: number; cents: number; delay: number };
  /** Cut-off above which nothing of the recording is let through, in hertz. */
  brightestHz?: number;
  /** Whether two takes are heard, one from each side, a shade apart in pitch and time. */
  doubled?: boolean;
  /** How much duller soft notes are than hard ones: octaves of cut-off from the hardest to the softest. Default: 2. */
  dullness?: number;
}

/** Samples between two settings of level, pitch and filter: 3 ms. */
const CONTROL = 128;
/** Shared by all voices of a thread: it holds nothing between two calls, and small arrays for each note would keep the collector busy. */
const buffer = new Float32Array(CONTROL);
/** Below this a sound is over: -72 dB. */
const SILENCE_DB = 72;
/** The last samples of every sound go down to nothing, whatever its envelope says. */
const TAIL = 128;
/** A filter that is open this far is left out. */
const OPEN_HZ = 13_000;

/** Two takes: their place, level, and distance in pitch (about 4 cents each way) and in recorded samples. */
const DOUBLE = { pan: 0.8, gain: 0.78, up: 1.0024, later: 380 } as const;

/** Starts a note of a recorded instrument: all the recordings of its key together. */
export function createSampledVoice(zones: readonly Zone[], touch: Touch, note: VoiceNote): Voice {
  const runs = touch.doubled
    ? zones.flatMap((zone) => [
        runZone(
          { ...zone, step: zone.step * DOUBLE.up, pan: -DOUBLE.pan },
          touch,
          { ...note, left: note.left * DOUBLE.gain, right: note.right * DOUBLE.gain },
          0,
        ),
        runZone(
          { ...zone, step: zone.step / DOUBLE.up, pan: DOUBLE.pan },
          touch,
          { ...note, left: note.left * DOUBLE.gain, right: note.right * DOUBLE.gain },
          DOUBLE.later,
        ),
      ])
    : zones.map((zone) => runZone(zone, touch, note, 0));
  let done = 0;
  return {
    totalSamples: runs.reduce((longest, run) => Math.max(longest, run.totalSamples), 1),
    render(left, right, at, count) {
      for (const run of runs) {
        const size = Math.min(count, run.totalSamples - done);
        if (size > 0) run.render(left, right, at, size);
      }
      done += count;
    },
  };
}

/** @param start recorded samples that are left out, so that two takes do not fall together. */
function runZone(zone: Zone, touch: Touch, note: VoiceNote, start: number): Voice {
  const { samples } = zone;
  const release = Math.max(zone.amp.release * (SILENCE_DB / 100), touch.release ?? 0.03);
  const lasts = zone.loop === null ? Math.floor((samples.length - 4 - start) / zone.step) : Number.POSITIVE_INFINITY;
  const total = Math.max(TAIL, Math.min(lasts, note.heldSamples + Math.ceil(release * SAMPLE_RATE)));
  const level = envelopeOf(zone.amp, note.heldSamples, release);
  const gain = zone.gain * touch.gain * (0.15 + 0.85 * note.velocity ** 1.4);
  const gainL = gain * note.left * Math.min(1, 1 - zone.pan);
  const gainR = gain * note.right * Math.min(1, 1 + zone.pan);
  const base =
    Math.min(zone.filterHz, touch.brightestHz ?? zone.filterHz) * 2 ** ((touch.dullness ?? 2) * (note.velocity - 0.85));
  const filter = base * 2 ** Math.min(0, zone.filterOctaves) < OPEN_HZ ? createLowPass(zone.filterQ) : null;
  const reader = createReader(zone, start);
  let age = 0;
  let before = level(0);
  return {
    totalSamples: total,
    render(left, right, at, count) {
      for (let done = 0; done < count; done += CONTROL) {
        const size = Math.min(CONTROL, count - done);
        const held = age < note.heldSamples || zone.loopsInRelease;
        reader(buffer, size, zone.step * bendAt(touch, age / SAMPLE_RATE), held);
        if (filter !== null) {
          const opened = zone.filterOctaves * Math.exp((-5 * age) / (zone.filterSeconds * SAMPLE_RATE));
          filter.run(buffer, size, Math.min(18_000, base * 2 ** opened));
        }
        const after = level((age + size) / SAMPLE_RATE);
        const slope = (after - before) / size;
        for (let i = 0, to = at + done; i < size; i++, to++) {
          const rest = total - age - i;
          const value = (buffer[i] as number) * (before + slope * i) * (rest < TAIL ? rest / TAIL : 1);
          left[to] = (left[to] as number) + value * gainL;
          right[to] = (right[to] as number) + value * gainR;
        }
        before = after;
        age += size;
      }
    },
  };
}

function bendAt({ vibrato }: Touch, seconds: number): number {
  if (vibrato === undefined) return 1;
  const depth = Math.min(1, Math.max(0, (seconds - vibrato.delay) / 0.5));
  return depth === 0 ? 1 : 2 ** ((depth * vibrato.cents * Math.sin(2 * Math.PI * vibrato.hz * seconds)) / 1200);
}

/** The level at a time: a straight attack, then falls that are straight in decibels. */
function envelopeOf(amp: ZoneEnvelope, heldSamples: number, release: number): (seconds: number) => number {
  const held = heldSamples / SAMPLE_RATE;
  const sustainDb = -20 * Math.log10(Math.max(1e-5, amp.sustain));
  const whileHeld = (seconds: number): number => {
    const inAttack = seconds - amp.delay;
    if (inAttack < 0) return 0;
    // What begins within two milliseconds begins at once: ramps would blunt the stroke.
    if (inAttack < amp.attack && amp.attack > 0.002) return inAttack / amp.attack;
    const inDecay = inAttack - amp.attack - amp.hold;
    if (inDecay <= 0) return 1;
    return 10 ** (-Math.min(sustainDb, (100 * inDecay) / amp.decay) / 20);
  };
  const last = whileHeld(held);
  return (seconds) =>
    seconds <= held ? whileHeld(seconds) : last * 10 ** ((-SILENCE_DB * (seconds - held)) / release / 20);
}

type Reader = (out: Float32Array, count: number, step: number, held: boolean) => void;

/** Reads a recording at any pace with four-point interpolation; past its end there is silence. */
function createReader({ samples, loop }: Zone, start: number): Reader {
  let at = start;
  const last = samples.length - 3;
  const around = new Float32Array(4);
  const sampleAt = (index: number, looping: boolean): number => {
    if (!looping || loop === null || index < loop.end) return samples[Math.max(0, index)] ?? 0;
    return samples[loop.start + ((index - loop.start) % (loop.end - loop.start))] ?? 0;
  };
  return (out, count, step, held) => {
    const looping = held && loop !== null;
    const edge = looping ? loop.end - 3 : last;
    let place = at;
    for (let done = 0; done < count; ) {
      const index = place | 0;
      if (index > 0 && index < edge) {
        const size = Math.min(count - done, Math.ceil((edge - place) / step));
        readStraight(samples, place, step, out, done, size);
        done += size;
        place += size * step;
      } else {
        for (let tap = 0; tap < 4; tap++) around[tap] = sampleAt(index - 1 + tap, looping);
        readStraight(around, 1 + place - index, step, out, done, 1);
        done++;
        place += step;
      }
      if (looping && place >= loop.end) place -= loop.end - loop.start;
    }
    at = place;
  };
}

/** Reads where all four neighbours are there. A function of its own without anything captured: else every sample is put into an object. */
function readStraight(
  samples: Float32Array,
  from: number,
  step: number,
  out: Float32Array,
  at: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const place = from + i * step;
    const index = place | 0;
    const t = place - index;
    const y0 = samples[index - 1] as number;
    const y1 = samples[index] as number;
    const y2 = samples[index + 1] as number;
    const y3 = samples[index + 2] as number;
    // Catmull and Rom's curve through the two samples in the middle.
    const c = 0.5 * (y2 - y0);
    const v = y1 - y2;
    const w = c + v;
    const a = w + v + 0.5 * (y3 - y1);
    out[at + i] = ((a * t - (w + a)) * t + c) * t + y1;
  }
}
