import { BAND_GROOVES } from './band-grooves.js';
import type { Groove } from './groove.js';
import { MACHINE_GROOVES } from './machine-grooves.js';

export type { DrumSound, Groove } from './groove.js';

/** Every pattern of drums, by name. */
export const GROOVES = { ...BAND_GROOVES, ...MACHINE_GROOVES } as const satisfies Record<string, Groove>;

export type GrooveName = keyof typeof GROOVES;
