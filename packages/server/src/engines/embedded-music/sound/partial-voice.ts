import { SAMPLE_RATE } from '../compose/timeline.js';
import { createNoise, runEnvelope, type Voice, type VoiceNote } from './voice.js';

/** One partial: its frequency ratio, its share, and the seconds in which it falls by 60 dB at middle C. */
export type Partial = readonly [ratio: number, gain: number, seconds: number];

/** A sum of dying sine waves: struck and plucked things such as piano, electric piano, bells and vibraphone. */
export interface PartialPatch {
  kind: 'partial';
  gain: number;
  partials: readonly Partial[];
  /** Stretching of the upper partials, as strings of steel have it. */
  inharmonic: number;
  /** How much brighter a hard stroke is, 0 to 1. */
  bright: number;
  /** Share of the hammer's knock. */
  knock: number;
  release: number;
  /** Beats of the two strings of a note, in cents; 0 for one string. */
  detune: number;
  /** Motor of a vibraphone or electric piano: turns per second and depth. */
  tremolo?: { hz: number; depth: number };
}

/** Starts a note of a partial patch. */
export function createPartialVoice(patch: PartialPatch, note: VoiceNote): Voice {
  const noise = createNoise(note.seed);
  const strings = patch.detune > 0 ? [-patch.detune / 2, patch.detune / 2] : [0];
  // Low notes ring longer than high ones.
  const ring = Math.min(1.6, Math.max(0.3, (261.6 / note.hz) ** 0.45));
  const partials = strings.flatMap((cents) =>
    patch.partials
      .map(([ratio, gain, seconds], index) => {
        const stretched = ratio * Math.sqrt(1 + patch.inharmonic * ratio * ratio);
        const hz = note.hz * stretched * 2 ** (cents / 1200);
        const hardness = (0.25 + 0.75 * note.velocity) ** (patch.bright * Math.min(3, index * 0.6));
        return {
          hz,
          gain: (gain * hardness) / strings.length,
          keep: 10 ** (-3 / (seconds * ring * SAMPLE_RATE)),
          x: 0,
          y: 0,
        };
      })
      .filter(({ hz }) => hz < 16_000),
  );
  const rotations = partials.map((partial) => {
    const angle = (2 * Math.PI * partial.hz) / SAMPLE_RATE;
    return { cos: Math.cos(angle) * partial.keep, sin: Math.sin(angle) * partial.keep };
  });
  for (const partial of partials) partial.x = partial.gain;
  const longest = Math.max(0.2, ...patch.partials.map(([, , seconds]) => seconds)) * ring;
  const held = Math.min(note.heldSamples, Math.round(longest * SAMPLE_RATE));
  const envelope = runEnvelope({ attack: 0.002, decay: 1, sustain: 1, release: patch.release }, held, SAMPLE_RATE);
  const level = patch.gain * (0.2 + 0.8 * note.velocity);
  const amp = new Float32Array(256);
  const body = new Float32Array(256);
  let age = 0;
  let knockLow = 0;

  const addKnock = (count: number): void => {
    if (patch.knock === 0 || age > 1600) return;
    for (let i = 0; i < count; i++) {
      knockLow += 0.18 * (noise() - knockLow);
      body[i] = (body[i] as number) + knockLow * patch.knock * note.velocity * Math.exp(-(age + i) / 260);
    }
  };

  return {
    totalSamples: envelope.totalSamples,
    render(left, right, at, count) {
      for (let done = 0; done < count; done += 256) {
        const size = Math.min(256, count - done);
        body.fill(0);
        for (let p = 0; p < partials.length; p++) {
          const partial = partials[p];
          const turn = rotations[p];
          if (partial && turn) rotate(partial, turn, body, size);
        }
        addKnock(size);
        envelope.fill(amp, size);
        for (let i = 0, to = at + done; i < size; i++, to++) {
          const value = (body[i] as number) * (amp[i] as number) * level;
          const sway = patch.tremolo
            ? patch.tremolo.depth * Math.sin((2 * Math.PI * patch.tremolo.hz * (age + i)) / SAMPLE_RATE)
            : 0;
          left[to] = (left[to] as number) + value * note.left * (1 + sway);
          right[to] = (right[to] as number) + value * note.right * (1 - sway);
        }
        age += size;
      }
    },
  };
}

/** A sine wave as a turning pointer that shrinks: four multiplications a sample. */
function rotate(
  pointer: { x: number; y: number },
  turn: { cos: number; sin: number },
  out: Float32Array,
  count: number,
): void {
  const { cos, sin } = turn;
  let { x, y } = pointer;
  if (Math.abs(x) + Math.abs(y) < 1e-6) return;
  for (let i = 0; i < count; i++) {
    out[i] = (out[i] as number) + y;
    const next = x * cos - y * sin;
    y = x * sin + y * cos;
    x = next;
  }
  pointer.x = x;
  pointer.y = y;
}
