import type { Syllable } from '../plan/syllables.js';

/** A syllable in its place, in beats from the start of the phrase. */
export interface PlacedSyllable {
  syllable: Syllable;
  beat: number;
  beats: number;
}

/** Shortest note of a syllable, in beats; what does not fit is left out, so a line of a novel stays a line of music. */
const SHORTEST = 0.125;
/** Longest way from one syllable to the next, in steps of the grid. */
const FARTHEST = 6;

/**
 * Finds places for the syllables of a line within a phrase: weight falls on strong beats, the way between syllables stays
 * even, and the last one is long and leaves a breath before the end.
 *
 * @param beats length of the phrase, which begins on a strong beat
 */
export function placeSyllables(syllables: readonly Syllable[], beats: number, beatsPerBar: number): PlacedSyllable[] {
  const breath = Math.min(1, beats * 0.15);
  const room = beats - breath;
  const step = [0.5, 0.25].find((size) => syllables.length <= Math.floor(room / size));
  if (step === undefined || syllables.length === 0) return spread(syllables, beats, room);
  const slots = Math.floor(room / step + 1e-6);
  const starts = bestSlots(syllables, slots, step, beatsPerBar);
  return starts.map((slot, index) => {
    const beat = slot * step;
    const next = starts[index + 1];
    const until = next === undefined ? Math.min(beats - breath, beat + 2) : Math.min(next * step, beat + 2);
    return {
      syllable: syllables[index] ?? { vowel: 'a', startsWord: false, stressed: false },
      beat,
      beats: Math.max(step * 0.9, (until - beat) * 0.95),
    };
  });
}

/** Too many syllables for a grid: evenly, as fast as can be sung. */
function spread(syllables: readonly Syllable[], beats: number, room: number): PlacedSyllable[] {
  const kept = syllables.slice(0, Math.max(1, Math.floor((beats * 0.9) / SHORTEST)));
  const step = room / Math.max(1, kept.length);
  return kept.map((syllable, index) => ({ syllable, beat: index * step, beats: step * 0.93 }));
}

/** How strong a beat is: 3 on the first of a bar, 0 between the eighths. */
function strength(beat: number, beatsPerBar: number): number {
  const within = beat % beatsPerBar;
  if (within === 0) return 3;
  if (beatsPerBar === 4 && within === 2) return 2.4;
  if (within % 1 === 0) return 1.8;
  return within % 0.5 === 0 ? 0.7 : 0;
}

/** The cheapest places, found from the first syllable to the last. */
function bestSlots(syllables: readonly Syllable[], slots: number, step: number, beatsPerBar: number): number[] {
  const count = syllables.length;
  // Syllables want to come about every beat or half beat, not to fill the phrase at any price.
  const even = Math.min(slots / count, (count <= slots * step ? 1 : 0.5) / step);
  let costs = syllables
    .slice(0, 1)
    .flatMap((first) =>
      Array.from({ length: slots }, (_, slot) => placeCost(first, slot, step, beatsPerBar) + slot * 0.9),
    );
  const cameFrom: Int16Array[] = [];
  for (let index = 1; index < count; index++) {
    const syllable = syllables[index];
    const from = new Int16Array(slots).fill(-1);
    const next = Array.from({ length: slots }, () => Number.POSITIVE_INFINITY);
    for (let slot = index; slot <= slots - (count - index); slot++) {
      for (let gap = 1; gap <= Math.min(FARTHEST, slot); gap++) {
        const cost =
          (costs[slot - gap] ?? Number.POSITIVE_INFINITY) + gapCost(gap, even, syllable?.startsWord ?? false);
        if (cost < (next[slot] ?? 0)) {
          next[slot] = cost;
          from[slot] = slot - gap;
        }
      }
      if (syllable) next[slot] = (next[slot] ?? 0) + placeCost(syllable, slot, step, beatsPerBar);
    }
    costs = next;
    cameFrom.push(from);
  }
  return traceBack(costs, cameFrom, step, beatsPerBar);
}

function placeCost(syllable: Syllable, slot: number, step: number, beatsPerBar: number): number {
  const weight = strength(slot * step, beatsPerBar);
  return syllable.stressed ? 3 - weight : 0.45 * weight;
}

/** A word that is torn apart costs more than a pause between two. */
function gapCost(gap: number, even: number, startsWord: boolean): number {
  const off = gap - even;
  return (off > 0 && !startsWord ? 0.9 : 0.45) * off * off;
}

function traceBack(
  costs: readonly number[],
  cameFrom: readonly Int16Array[],
  step: number,
  beatsPerBar: number,
): number[] {
  let slot = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [end, cost] of costs.entries()) {
    // Lines end on a beat, with room to hold.
    const total = cost + 0.4 * (3 - strength(end * step, beatsPerBar)) + (end === costs.length - 1 ? 1 : 0);
    if (total < least) [slot, least] = [end, total];
  }
  const places = [slot];
  for (const from of [...cameFrom].reverse()) {
    slot = from[slot] ?? 0;
    places.unshift(slot);
  }
  return places;
}
