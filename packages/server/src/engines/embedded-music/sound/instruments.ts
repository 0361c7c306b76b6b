import { type InstrumentName, ORCHESTRA } from '../compose/orchestra.js';
import { createVoice } from './patches.js';
import { createSampledVoice, type Touch } from './sampled-voice.js';
import type { SoundBank } from './sound-bank.js';
import type { Voice, VoiceNote } from './voice.js';

/**
 * Instruments that are recordings, and how each is played; the others are synthesised. Chosen by measuring and looking
 * at both: what is struck, plucked, bowed or blown is recorded, what was a synthesizer from the start is synthesised.
 * Levels are set by `scripts/level-instruments.mjs`, so that every instrument is as loud as the others in its register.
 */
const RECORDED: Readonly<Partial<Record<InstrumentName, Touch>>> = {
  piano: { gain: 1.3, release: 0.3, dullness: 1.6 },
  electricPiano: { gain: 0.65, release: 0.28 },
  glockenspiel: { gain: 0.9, release: 1.2, dullness: 1 },
  musicBox: { gain: 0.6, release: 0.9, dullness: 1 },
  vibraphone: { gain: 1.5, release: 0.7, dullness: 1 },
  marimba: { gain: 1.6, release: 0.4 },
  organ: { gain: 0.67, release: 0.08, dullness: 0 },
  accordion: { gain: 0.95, release: 0.1, dullness: 1 },
  nylonGuitar: { gain: 0.78, release: 0.18 },
  steelGuitar: { gain: 0.83, release: 0.16 },
  cleanGuitar: { gain: 0.36, release: 0.16 },
  driveLead: { gain: 0.7, release: 0.12, vibrato: { hz: 5.4, cents: 14, delay: 0.3 }, dullness: 1, brightestHz: 3200 },
  driveGuitar: { gain: 0.85, release: 0.08, dullness: 1, doubled: true, brightestHz: 2200 },
  uprightBass: { gain: 0.58, release: 0.12 },
  fingerBass: { gain: 0.71, release: 0.08 },
  violin: { gain: 0.68, release: 0.16, vibrato: { hz: 5.6, cents: 12, delay: 0.25 } },
  cello: { gain: 0.8, release: 0.22, vibrato: { hz: 5, cents: 9, delay: 0.3 } },
  pizzicato: { gain: 0.75, release: 0.3 },
  harp: { gain: 0.75, release: 1.1, dullness: 1.4 },
  strings: { gain: 0.34, release: 0.4, doubled: true },
  choir: { gain: 0.53, release: 0.5, dullness: 1, doubled: true },
  trumpet: { gain: 0.56, release: 0.1, vibrato: { hz: 5.2, cents: 8, delay: 0.35 } },
  horn: { gain: 0.56, release: 0.16 },
  brass: { gain: 0.72, release: 0.12, doubled: true },
  saxophone: { gain: 0.56, release: 0.1, vibrato: { hz: 5.1, cents: 10, delay: 0.3 } },
  oboe: { gain: 0.58, release: 0.1, vibrato: { hz: 5.3, cents: 8, delay: 0.25 } },
  clarinet: { gain: 0.85, release: 0.1 },
  flute: { gain: 0.5, release: 0.12, vibrato: { hz: 5, cents: 9, delay: 0.25 } },
};

/** How an instrument is played from recordings; undefined: it is synthesised. */
export const touchOf = (name: InstrumentName): Touch | undefined => RECORDED[name];

/** Starts a note of an instrument: from its recordings, or synthesised where it has none. */
export function playNote(bank: SoundBank, name: InstrumentName, pitch: number, note: VoiceNote): Voice {
  const { program, patch } = ORCHESTRA[name];
  const touch = RECORDED[name];
  const zones = touch === undefined || program === null ? [] : bank.zones(program, false, pitch, note.velocity);
  return touch === undefined || zones.length === 0 ? createVoice(patch, note) : createSampledVoice(zones, touch, note);
}
