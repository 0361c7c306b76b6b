import type { Score } from './compose/score.js';
import { type Colour, indexedPng } from './indexed-png.js';
import { SECTION_COLOURS } from './waveform-picture.js';

/** Side of the cover in pixels. */
const SIDE = 360;
/** Rings of the picture: one for each pitch, the lowest in the middle. */
const LOWEST_PITCH = 28;
const HIGHEST_PITCH = 96;
const INNER = 34;
const OUTER = 172;

const BACKGROUND: Colour = [16, 18, 27];
const RING: Colour = [30, 34, 48];
const dimmed = ([red, green, blue]: Colour): Colour => [red >> 1, green >> 1, blue >> 1];
const PALETTE: readonly Colour[] = [BACKGROUND, RING, ...SECTION_COLOURS, ...SECTION_COLOURS.map(dimmed)];
const FIRST_COLOUR = 2;

/** The cover of a song: its notes as arcs on a disc, once round from the first bar to the last, in the colours of its sections. */
export function coverPicture(
  score: Score,
  sectionStarts: readonly number[],
): { bytes: Uint8Array<ArrayBuffer>; width: number; height: number } {
  const pixels = new Uint8Array(SIDE * SIDE);
  for (const pitch of [36, 48, 60, 72, 84]) arc(pixels, radiusOf(pitch), 0, 1, 1);
  let section = 0;
  for (const note of score.notes) {
    while (section + 1 < sectionStarts.length && (sectionStarts[section + 1] ?? 0) <= note.startSample) section++;
    const colour = FIRST_COLOUR + (section % SECTION_COLOURS.length);
    const solo = note.part === 'lead' || note.part === 'voice' || note.part === 'bass';
    const from = note.startSample / score.totalSamples;
    const to = Math.min(1, (note.startSample + note.lengthSamples) / score.totalSamples);
    const radius = radiusOf(note.pitch);
    arc(pixels, radius, from, to, solo ? colour : colour + SECTION_COLOURS.length);
    if (solo) arc(pixels, radius + 1, from, to, colour);
  }
  return { bytes: indexedPng({ width: SIDE, height: SIDE, palette: PALETTE, pixels }), width: SIDE, height: SIDE };
}

function radiusOf(pitch: number): number {
  const share = (pitch - LOWEST_PITCH) / (HIGHEST_PITCH - LOWEST_PITCH);
  return INNER + Math.max(0, Math.min(1, share)) * (OUTER - INNER);
}

/** Draws a part of a circle; 0 and 1 are at the top. */
function arc(pixels: Uint8Array, radius: number, from: number, to: number, colour: number): void {
  const steps = Math.max(1, Math.ceil((to - from) * 2 * Math.PI * radius * 1.5));
  for (let step = 0; step <= steps; step++) {
    const angle = 2 * Math.PI * (from + ((to - from) * step) / steps);
    const x = Math.round(SIDE / 2 + radius * Math.sin(angle));
    const y = Math.round(SIDE / 2 - radius * Math.cos(angle));
    pixels[y * SIDE + x] = colour;
  }
}
