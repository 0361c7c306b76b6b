import type { DrumSound, Groove } from '../compose/grooves.js';
import { DRUM_NOTES, GM_KITS } from '../compose/orchestra.js';
import { createDrumKit } from './drum-kit.js';
import { createSampledVoice } from './sampled-voice.js';
import type { SoundBank } from './sound-bank.js';

/** A stroke of a drum: its samples for a force from 0 to 1; two takes alternate. The force is not yet in the level. */
export type Kit = (sound: DrumSound, velocity: number, take: number) => Float32Array;

/** Kits that are recorded. The electronic one is a machine: its sounds are synthesised, with a deeper, longer kick. */
export const RECORDED_KITS: readonly Groove['kit'][] = ['acoustic', 'power', 'soft', 'orchestral'];

/** Recordings are cut after this, in samples: a crash rings for 2.5 s. */
const LONGEST = 110_250;
/** As long as the synthesised riser, so that it ends where the next section begins. */
const RISER_SAMPLES = 88_200;
/** Layers of force that are kept apart. */
const LAYERS = 4;

/** The drums of a song: recorded where the kit is, synthesised where it is a machine or the bank has no such sound. */
export function createKit(bank: SoundBank, name: Groove['kit'], seed: number): Kit {
  const machine = createDrumKit(name, seed);
  if (!RECORDED_KITS.includes(name)) return (sound, _, take) => machine(sound, take);
  const made = new Map<string, Float32Array>();
  return (sound, velocity, take) => {
    const layer = Math.min(LAYERS, Math.max(1, Math.ceil(velocity * LAYERS)));
    const id = `${sound}${layer}${take % 2}`;
    let samples = made.get(id);
    if (samples === undefined) {
      const synthesised = machine(sound, take);
      const recorded = sound === 'riser' ? swell(bank, name) : record(bank, name, sound, layer / LAYERS, take % 2);
      samples = recorded === null ? synthesised : shaped(recorded, peakOf(synthesised));
      made.set(id, samples);
    }
    return samples;
  };
}

/** One stroke from the bank; null: it has none. The second take is a shade lower, so that rolls do not rattle. */
function record(
  bank: SoundBank,
  kit: Groove['kit'],
  sound: DrumSound,
  velocity: number,
  take: number,
): Float32Array | null {
  const key = DRUM_NOTES[sound];
  if (key === null) return null;
  // In the orchestral kit the keys from 41 to 53 are kettledrums.
  const program = kit === 'orchestral' && key >= 41 && key <= 53 ? GM_KITS.acoustic : GM_KITS[kit];
  const own = bank.zones(program, true, key, velocity);
  const zones = own.length > 0 ? own : bank.zones(GM_KITS.acoustic, true, key, velocity);
  if (zones.length === 0) return null;
  const tuned = zones.map((zone) => ({ ...zone, step: zone.step * (take === 0 ? 1 : 0.992), pan: 0 }));
  const voice = createSampledVoice(
    tuned,
    { gain: 1, release: 0.2, dullness: 1 },
    { hz: 440, velocity, heldSamples: LONGEST - 8820, seed: 1, vowel: 'a', left: 1, right: 1 },
  );
  const left = new Float32Array(Math.min(LONGEST, voice.totalSamples));
  voice.render(left, new Float32Array(left.length), 0, left.length);
  return left;
}

/** A cymbal that swells for two seconds: its stroke, backwards. Wind of noise belongs to machines. */
function swell(bank: SoundBank, kit: Groove['kit']): Float32Array | null {
  const crash = record(bank, kit, 'crash', 1, 0);
  if (crash === null) return null;
  const swelling = new Float32Array(RISER_SAMPLES);
  swelling.set(crash.subarray(0, RISER_SAMPLES));
  return swelling.reverse().map((value, i) => value * Math.min(1, (2 * i) / RISER_SAMPLES));
}

const peakOf = (samples: Float32Array) => samples.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);

/** A stroke with the peak of the synthesised one, so that kits can be exchanged; without the silence at its end. */
function shaped(samples: Float32Array, peak: number): Float32Array {
  const factor = peak / peakOf(samples);
  let end = samples.length;
  while (end > 1 && Math.abs(samples[end - 1] as number) * factor < 0.0004) end--;
  return samples.subarray(0, end).map((value, i) => value * factor * Math.min(1, (end - i) / 256));
}
