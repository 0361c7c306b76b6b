import { BASSES } from './bass-patches.js';
import { createFormantVoice, type FormantPatch } from './formant-voice.js';
import { createPartialVoice, type PartialPatch } from './partial-voice.js';
import { createPluckVoice, type PluckPatch } from './pluck-voice.js';
import { STRUCK } from './struck-patches.js';
import { SUSTAINED } from './sustained-patches.js';
import { SYNTHS } from './synth-patches.js';
import type { Voice, VoiceNote } from './voice.js';
import { createWaveVoice, type WavePatch } from './wave-voice.js';

export type Patch = WavePatch | PartialPatch | PluckPatch | FormantPatch;

/** Every instrument as data. Gains are set so that a part of each has about the same loudness. */
export const PATCHES = {
  ...STRUCK,
  ...SUSTAINED,
  ...SYNTHS,
  ...BASSES,
  voice: { kind: 'formant', gain: 0.225 },
} as const satisfies Record<string, Patch>;

export type PatchName = keyof typeof PATCHES;

/** Starts a note of an instrument. */
export function createVoice(name: PatchName, note: VoiceNote): Voice {
  const patch: Patch = PATCHES[name];
  switch (patch.kind) {
    case 'wave':
      return createWaveVoice(patch, note);
    case 'partial':
      return createPartialVoice(patch, note);
    case 'pluck':
      return createPluckVoice(patch, note);
    case 'formant':
      return createFormantVoice(patch, note);
  }
}
