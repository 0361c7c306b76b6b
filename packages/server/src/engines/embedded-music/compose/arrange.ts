import type { CompositionPlan } from '@rendercast/protocol';
import { createRandom } from '../random.js';
import { writeBass } from './bass.js';
import { holdChords, voiceSpans, writeArpeggio, writeComping } from './comping.js';
import { type Direction, direct, type SectionDirection } from './direction.js';
import { writeDrums } from './drums.js';
import { GROOVES } from './grooves.js';
import { type ChordSpan, cadence, layChords } from './harmony.js';
import { setLyrics } from './lyric-melody.js';
import { motifFor, writeMelody } from './melody.js';
import { createPlacer, type Placer } from './placing.js';
import { isMajorish } from './scales.js';
import type { Part, Score } from './score.js';
import { type Grid, layTimeline, SAMPLE_RATE, type Timeline } from './timeline.js';

/** A plan turned into notes, with everything that was decided on the way. */
export interface Arrangement {
  direction: Direction;
  timeline: Timeline;
  chords: readonly (readonly ChordSpan[])[];
  score: Score;
}

/** Writes the whole song. The same plan and seed give the same score. */
export function arrange(plan: CompositionPlan, seed: number): Arrangement {
  const direction = direct(plan, seed);
  const durations = plan.sections.map((section) => section.durationMs);
  const timeline = layTimeline(durations, direction.tempoRange, direction.beatsPerBar);
  const placer = createPlacer(direction, timeline, seed);
  const chords = timeline.grids.map((grid, index) => sectionChords(direction, index, grid, seed));
  for (const [index, section] of direction.sections.entries()) {
    const grid = timeline.grids[index];
    const spans = chords[index];
    if (grid && spans) arrangeSection({ direction, section, index, grid, spans, seed, placer });
  }
  return { direction, timeline, chords, score: placer.finish(scoreFrame(direction, timeline)) };
}

function scoreFrame(direction: Direction, timeline: Timeline): Omit<Score, 'notes' | 'hits' | 'lyrics'> {
  const { family, cast } = direction;
  const patches: Partial<Record<Part, NonNullable<typeof cast.comp>>> = { lead: cast.lead, voice: 'voice' };
  if (cast.bass) patches.bass = cast.bass;
  if (cast.comp) patches.comp = cast.comp;
  if (cast.pad) patches.pad = cast.pad;
  if (cast.arp) patches.arp = cast.arp;
  const last = timeline.grids.at(-1);
  const lastLength = last ? last.endSample - last.startSample : 0;
  return {
    totalSamples: timeline.totalSamples,
    barEnds: timeline.grids.flatMap((grid) =>
      grid.barStarts.map(
        (start, bar) => grid.startSample + Math.round((start + (grid.barBeats[bar] ?? 0)) * grid.samplesPerBeat),
      ),
    ),
    patches,
    kit: family.groove ? GROOVES[family.groove].kit : 'orchestral',
    levels: timeline.grids.map((grid, index) => ({
      sample: grid.startSample,
      gain: 10 ** ((-7 + 7 * (direction.sections[index]?.energy ?? 0.5)) / 20),
    })),
    echoSeconds: 45 / timeline.tempoBpm,
    bright: family.bright,
    room: family.room,
    duck: family.duck,
    loudnessLufs: family.loudnessLufs,
    fadeSamples: Math.min(Math.round(3.5 * SAMPLE_RATE), Math.round(lastLength * 0.4)),
  };
}

function sectionChords(direction: Direction, index: number, grid: Grid, seed: number): ChordSpan[] {
  const { family, key } = direction;
  const role = direction.sections[index]?.role ?? 'verse';
  const kind =
    role === 'bridge' || role === 'breakdown' || role === 'build' ? 'bridge' : role === 'verse' ? 'verse' : 'chorus';
  const table = isMajorish(key.mode) ? family.progressions : family.minorProgressions;
  const tokens = createRandom(seed, 'chords', kind).pick(table[kind]).split(' ');
  const closes = index === direction.sections.length - 1;
  const ending = cadence(family.cadence, key, family.chordSize, closes);
  const chordBeats = Math.max(1, (family.chordBeats * direction.beatsPerBar) / 4);
  return layChords(
    tokens,
    key,
    family.chordSize,
    { barStarts: grid.barStarts, totalBeats: grid.totalBeats, chordBeats },
    ending,
  );
}

interface SectionTask {
  direction: Direction;
  section: SectionDirection;
  index: number;
  grid: Grid;
  spans: readonly ChordSpan[];
  seed: number;
  placer: Placer;
}

/** Which parts play: few where energy is low, all where it is high, none that the words take away. */
function layersOf(direction: Direction, section: SectionDirection): ReadonlySet<Part | 'drums'> {
  const { cast, family } = direction;
  const { energy, removed, role } = section;
  const quiet = role === 'intro' || role === 'outro' || role === 'breakdown';
  const layers = new Set<Part | 'drums'>();
  const take = (part: Part | 'drums', plays: boolean) =>
    plays && !removed.has(part === 'comp' ? 'chords' : part) && layers.add(part);
  take('drums', family.groove !== null && energy >= 0.25 && !(role === 'breakdown' && energy < 0.36));
  take('bass', cast.bass !== null && (energy >= 0.3 || !quiet));
  take('comp', cast.comp !== null && (energy >= 0.25 || cast.pad === null));
  take('pad', cast.pad !== null && (energy < 0.5 || energy >= 0.62 || cast.comp === null));
  take('arp', cast.arp !== null && energy >= 0.6);
  take('voice', section.lines.length > 0);
  take('lead', !layers.has('voice') && (energy >= 0.3 || !quiet));
  // Something always sounds: with all of it taken away, the pad or the chords play after all.
  if (layers.size === 0) layers.add(cast.pad ? 'pad' : cast.comp ? 'comp' : 'lead');
  return layers;
}

function arrangeSection(task: SectionTask): void {
  const { direction, section, index, grid, spans, seed, placer } = task;
  const { family, key, beatsPerBar } = direction;
  const { energy, role, occurrence } = section;
  const layers = layersOf(direction, section);
  const random = (part: string) => createRandom(seed, part, role, occurrence, index);
  const next = direction.sections[index + 1] ?? null;
  const hits =
    layers.has('drums') && family.groove
      ? writeDrums(
          family.groove,
          { role, energy, nextEnergy: next?.energy ?? null, effects: !section.removed.has('effects') },
          grid,
          beatsPerBar,
          random('drums'),
        )
      : [];
  placer.hits(index, hits);
  const voiced = voiceSpans(spans, 54, 76);
  if (layers.has('bass')) {
    const kicks = hits.filter((hit) => hit.sound === 'kick' && hit.velocity > 0.4);
    placer.notes(
      index,
      'bass',
      writeBass(family.bass?.style ?? 'long', spans, grid, { key, energy, kicks }, random('bass')),
    );
  }
  if (layers.has('comp'))
    placer.notes(index, 'comp', writeComping(family.comp?.style ?? 'hold', voiced, energy, random('comp')));
  if (layers.has('pad')) placer.notes(index, 'pad', holdChords(voiceSpans(spans, 55, 79), 0.5 + 0.2 * energy));
  if (layers.has('arp'))
    placer.notes(index, 'arp', writeArpeggio(voiced, energy, family.chordBeats > 4 && family.groove === null));
  arrangeTune(task, layers);
}

function arrangeTune(task: SectionTask, layers: ReadonlySet<Part | 'drums'>): void {
  const { direction, section, index, grid, spans, seed, placer } = task;
  const motif = motifFor(section.role, direction.family, seed, direction.beatsPerBar);
  // Words that cannot be sung because the voice was taken away still shape the lead.
  const part = layers.has('voice') ? 'voice' : layers.has('lead') ? 'lead' : null;
  const floor = part === 'voice' ? 57 : 64;
  const cue = {
    seed,
    role: section.role,
    occurrence: section.occurrence,
    energy: section.energy,
    key: direction.key,
    floor,
  };
  const sung = setLyrics(section.lines, motif, cue, spans, grid);
  placer.lines(index, sung.lines);
  if (part === null) return;
  if (sung.notes.length > 0) placer.notes(index, part, sung.notes);
  else placer.notes(index, 'lead', writeMelody(motif, { ...cue, floor: 64 }, spans, grid));
}
