import type { CompositionPlan } from '@rendercast/protocol';
import { createRandom } from '../random.js';
import type { PatchName } from '../sound/patches.js';
import { writeBass } from './bass.js';
import { closeHits, closeNotes, closingBeat } from './closing.js';
import { holdChords, voiceSpans, writeArpeggio, writeComping } from './comping.js';
import { type Direction, direct, type SectionDirection } from './direction.js';
import { writeDrums } from './drums.js';
import { GROOVES } from './grooves.js';
import { type ChordSpan, cadence, layChords } from './harmony.js';
import { setLyrics } from './lyric-melody.js';
import { motifFor, writeMelody } from './melody.js';
import { type InstrumentName, ORCHESTRA } from './orchestra.js';
import { createPlacer, type Placer } from './placing.js';
import { isMajorish } from './scales.js';
import type { BeatHit, BeatNote, LevelPoint, Part, Score } from './score.js';
import { SECOND_VOICE_FROM, secondVoice } from './second-voice.js';
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
  const instruments: Partial<Record<Part, InstrumentName>> = { voice: 'voice' };
  const patches: Partial<Record<Part, PatchName>> = { voice: 'voice' };
  for (const part of ['bass', 'comp', 'pad', 'arp', 'lead'] as const) {
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
    places: {},
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

/** The level of a section follows its energy over 7 dB; a build-up begins 5 dB below and rises bar by bar. */
function sectionLevels(section: SectionDirection | undefined, grid: Grid): LevelPoint[] {
  const top = -7 + 7 * (section?.energy ?? 0.5);
  const bars = grid.barStarts.length;
  const rises = section?.role === 'build' && bars > 1;
  return grid.barStarts.slice(0, rises ? bars : 1).map((beat, bar) => ({
    sample: grid.startSample + Math.round(beat * grid.samplesPerBeat),
    gain: 10 ** ((top - (rises ? 5 * (1 - bar / (bars - 1)) : 0)) / 20),
  }));
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
  const { direction, section, index, grid, placer } = task;
  const layers = layersOf(direction, section);
  const closing = index === direction.sections.length - 1 ? closingBeat(grid) : null;
  const hits = layers.has('drums') ? drumsOf(task) : [];
  placer.hits(index, closing === null ? hits : closeHits(hits, closing));
  const place = (part: Part, notes: readonly BeatNote[]) =>
    placer.notes(index, part, closing === null ? notes : closeNotes(notes, closing, grid));
  accompany(task, layers, hits, place);
  arrangeTune(task, layers, place);
}

function drumsOf({ direction, section, index, grid, seed }: SectionTask): BeatHit[] {
  const { family, beatsPerBar } = direction;
  if (!family.groove) return [];
  const { energy, role, occurrence, removed } = section;
  const nextEnergy = direction.sections[index + 1]?.energy ?? null;
  const cue = { role, energy, nextEnergy, effects: !removed.has('effects') };
  return writeDrums(family.groove, cue, grid, beatsPerBar, createRandom(seed, 'drums', role, occurrence));
}

type Place = (part: Part, notes: readonly BeatNote[]) => void;

function accompany(
  { direction, section, grid, spans, seed }: SectionTask,
  layers: ReadonlySet<Part | 'drums'>,
  hits: readonly BeatHit[],
  place: Place,
): void {
  const { family, key } = direction;
  const { energy, role, occurrence } = section;
  const random = (part: Part) => createRandom(seed, part, role, occurrence);
  const voiced = voiceSpans(spans, 54, 76);
  if (layers.has('bass')) {
    const kicks = hits.filter((hit) => hit.sound === 'kick' && hit.velocity > 0.4);
    place('bass', writeBass(family.bass?.style ?? 'long', spans, grid, { key, energy, kicks }, random('bass')));
  }
  if (layers.has('comp')) place('comp', writeComping(family.comp?.style ?? 'hold', voiced, energy, random('comp')));
  if (layers.has('pad')) place('pad', holdChords(voiceSpans(spans, 55, 79), 0.5 + 0.2 * energy));
  if (layers.has('arp')) {
    place('arp', writeArpeggio(voiced, energy, family.chordBeats > 4 && family.groove === null));
  }
}

function arrangeTune(task: SectionTask, layers: ReadonlySet<Part | 'drums'>, place: Place): void {
  const { direction, section, index, grid, spans, seed, placer } = task;
  // Words that cannot be sung because the voice was taken away still shape the lead.
  const part = layers.has('voice') ? 'voice' : layers.has('lead') ? 'lead' : null;
  if (part === null) return;
  const motif = motifFor(section.role, direction.family, seed, direction.beatsPerBar);
  const { role, occurrence, energy, lines } = section;
  const cue = { seed, role, occurrence, energy, key: direction.key, floor: part === 'voice' ? 57 : 64 };
  const sung = setLyrics(lines, motif, cue, spans, grid);
  placer.lines(index, sung.lines);
  const isSung = sung.notes.length > 0;
  const notes = isSung ? sung.notes : writeMelody(motif, { ...cue, floor: 64 }, spans, grid);
  // Every syllable is heard, also in the last bar; a melody without words closes with the others.
  const play = (line: readonly BeatNote[]) => (isSung ? placer.notes(index, part, line) : place('lead', line));
  play(notes);
  if (energy >= SECOND_VOICE_FROM && role !== 'solo') play(secondVoice(notes, direction.key));
}
