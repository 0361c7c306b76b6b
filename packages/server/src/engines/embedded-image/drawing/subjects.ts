import type { ColourName } from '../colour.js';
import { animals } from './animals.js';
import { buildings } from './buildings.js';
import type { Draw } from './look.js';
import { outdoors } from './outdoors.js';
import { plants } from './plants.js';
import { things } from './things.js';

const DRAWINGS: Readonly<Record<string, Draw>> = { ...animals, ...buildings, ...plants, ...things, ...outdoors };

/** Kinds that look better drawn than in the picture sets: those show only a face of them, or none. */
const DRAWN_FIRST: ReadonlySet<string> = new Set(['boat']);

/** Width by height of drawings that do not fill their box of 100 by 100. */
const ASPECTS: Readonly<Record<string, number>> = {
  fox: 0.85,
  wolf: 0.85,
  dog: 0.74,
  cat: 0.72,
  bear: 0.62,
  panda: 0.62,
  koala: 0.7,
  lion: 0.76,
  raccoon: 0.8,
  hamster: 0.66,
  'polar bear': 0.62,
  rabbit: 0.5,
  person: 0.56,
  robot: 0.78,
  tower: 0.42,
  lighthouse: 0.66,
  pine: 0.58,
  flower: 0.58,
  rocket: 0.7,
  balloon: 0.78,
  umbrella: 0.94,
  roof: 1.7,
  fence: 2.1,
  bridge: 2.1,
  windmill: 0.9,
  frog: 1.1,
  unicorn: 0.95,
  tree: 0.78,
  penguin: 0.8,
  owl: 0.68,
};

/** What people would call the colours of drawings. */
const COLOURS_OF: Readonly<Record<string, readonly ColourName[]>> = {
  fox: ['orange', 'red'],
  bear: ['brown'],
  panda: ['white', 'black'],
  koala: ['grey'],
  lion: ['golden', 'orange'],
  raccoon: ['grey'],
  hamster: ['orange'],
  'polar bear': ['white'],
  frog: ['green'],
  unicorn: ['white'],
  wolf: ['grey'],
  boat: ['red'],
  tree: ['green'],
  pine: ['green'],
  heart: ['red'],
  lighthouse: ['red'],
  umbrella: ['red'],
  roof: ['red'],
  windmill: ['white'],
  fence: ['brown'],
  bridge: ['grey'],
  crystal: ['violet'],
  balloon: ['red'],
  robot: ['blue'],
};

/** Where drawings are not as high as their box: free parts above, from left to right, and where their heads are. */
const OUTLINES: Readonly<Record<string, { tops: readonly number[]; head: number }>> = {
  unicorn: { tops: [0.2, 0.1, 0, 0.05, 0.12, 0.44, 0.44, 0.44, 0.44, 0.5], head: 0.32 },
  frog: { tops: [0.6, 0.3, 0.04, 0.04, 0.1, 0.1, 0.04, 0.04, 0.3, 0.6], head: 0.5 },
};
const FLAT = { tops: [0], head: 0.5 } as const;

/** Whether a kind is drawn although a picture set may have it. */
export function isDrawnFirst(kind: string): boolean {
  return DRAWN_FIRST.has(kind);
}

/** The drawing of a kind; undefined when there is none. */
export function drawingOf(kind: string): Draw | undefined {
  return DRAWINGS[kind];
}

/** Width by height of a drawing. */
export function aspectOfDrawing(kind: string): number {
  return ASPECTS[kind] ?? 1;
}

/** The upper edge of a drawing, and where its head is: 0 left, 1 right. */
export function outlineOfDrawing(kind: string): { tops: readonly number[]; head: number } {
  return OUTLINES[kind] ?? FLAT;
}

export function coloursOfDrawing(kind: string): readonly ColourName[] {
  return COLOURS_OF[kind] ?? [];
}
