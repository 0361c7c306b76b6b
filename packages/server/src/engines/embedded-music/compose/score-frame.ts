import type { PatchName } from '../sound/patches.js';
import type { Direction, SectionDirection } from './direction.js';
import { GROOVES } from './grooves.js';
import { type InstrumentName, ORCHESTRA } from './orchestra.js';
import type { LevelPoint, Part, Place, Score } from './score.js';
import { type Grid, SAMPLE_RATE, type Timeline } from './timeline.js';

/** Everything of a score but its notes: who plays, where they stand, levels, room and the end. */
export function scoreFrame(direction: Direction, timeline: Timeline): Omit<Score, 'notes' | 'hits' | 'lyrics'> {
  const { family, cast } = direction;
  const instruments: Partial<Record<Part, InstrumentName>> = { voice: 'voice' };
  const patches: Partial<Record<Part, PatchName>> = { voice: 'voice' };
  for (const part of ['bass', 'comp', 'second', 'pad', 'arp', 'lead', 'counter'] as const) {
    const instrument = cast[part];
    if (instrument === null) continue;
    instruments[part] = instrument;
    patches[part] = ORCHESTRA[instrument].patch;
  }
  const last = timeline.grids.at(-1);
  const lastLength = last ? last.endSample - last.startSample : 0;
  return {
    totalSamples: timeline.totalSamples,
    barEnds: timeline.grids.flatMap((grid) =>
      grid.barStarts.map(
        (start, bar) => grid.startSample + Math.round((start + (grid.barBeats[bar] ?? 0)) * grid.samplesPerBeat),
      ),
    ),
    instruments,
    patches,
    places: placesOf(direction),
    kit: family.groove ? GROOVES[family.groove].kit : 'orchestral',
    levels: timeline.grids.flatMap((grid, index) => sectionLevels(direction.sections[index], grid)),
    echoSeconds: 45 / timeline.tempoBpm,
    bright: family.bright,
    room: family.room,
    duck: family.duck,
    loudnessLufs: family.loudnessLufs,
    fadeSamples: Math.min(Math.round(3.5 * SAMPLE_RATE), Math.round(lastLength * 0.4)),
  };
}

/** Seats: what accompanies sits at the sides, opposite to each other; bass and voice keep the middle. */
function placesOf({ cast, family }: Direction): Readonly<Partial<Record<Part, Place>>> {
  const isBand = family.growth === 'band';
  return {
    bass: { pan: 0, gain: 1 },
    comp: { pan: cast.second === null ? -0.25 : -0.5, gain: 1 },
    second: { pan: 0.55, gain: 1 },
    pad: { pan: 0, gain: cast.comp === null ? 1.15 : 0.9 },
    arp: { pan: isBand ? 0.6 : 0.4, gain: 1 },
    lead: { pan: 0.12, gain: 1 },
    counter: { pan: -0.55, gain: 1 },
    voice: { pan: 0, gain: 1 },
  };
}

/** The level of a section follows its energy over 9 dB; a build-up begins 3 dB below and rises bar by bar. */
function sectionLevels(section: SectionDirection | undefined, grid: Grid): LevelPoint[] {
  const top = -9 + 9 * (section?.energy ?? 0.5);
  const bars = grid.barStarts.length;
  const rises = section?.role === 'build' && bars > 1;
  return grid.barStarts.slice(0, rises ? bars : 1).map((beat, bar) => ({
    sample: grid.startSample + Math.round(beat * grid.samplesPerBeat),
    gain: 10 ** ((top - (rises ? 3 * (1 - bar / (bars - 1)) : 0)) / 20),
  }));
}
