import { BANDS } from './band-families.js';
import { CONCERTS } from './concert-families.js';
import type { Family } from './family.js';
import { MACHINES } from './machine-families.js';

/** The styles, each given real care rather than many thin ones. */
export const FAMILIES = { ...BANDS, ...MACHINES, ...CONCERTS } as const satisfies Record<string, Family>;

export type FamilyName = keyof typeof FAMILIES;

export const FAMILY_NAMES = Object.keys(FAMILIES) as [FamilyName, ...FamilyName[]];
