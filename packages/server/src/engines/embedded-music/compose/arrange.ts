import type { CompositionPlan } from '@rendercast/protocol';
import { createRandom } from '../random.js';
import { writeBass } from './bass.js';
import { closeHits, closeNotes, closingBeat } from './closing.js';
import { holdChords, voiceSpans, writeArpeggio, writeComping } from './comping.js';
import { counterLine, counterStabs } from './counter.js';
import { type Direction, direct, type SectionDirection } from './direction.js';
import { writeDrums } from './drums.js';
import { type ChordSpan, cadence, layChords } from './harmony.js';
import { inWindow, planLayers, type Window } from './layers.js';
import { setLyrics } from './lyric-melody.js';
import { type MelodyCue, motifFor, writeMelody } from './melody.js';
import type { InstrumentName } from './orchestra.js';
import { createPlacer, type Placer } from './placing.js';
import { fitRange, tuneTonic } from './register.js';
import { isMajorish, type Key, mod } from './scales.js';
import type { BeatHit, BeatNote, Layer, Part, Score } from './score.js';
import { scoreFrame } from './score-frame.js';
import { SECOND_VOICE_FROM, secondVoice } from './second-voice.js';
import { type Grid, layTimeline, type Timeline } from './timeline.js';

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

/** The key of a section: the song's, or raised for the last chorus. */
function keyOf({ key }: Direction, section: SectionDirection | undefined): Key {
  return { ...key, tonic: mod(key.tonic + (section?.lift ?? 0), 12) };
}

function sectionChords(direction: Direction, index: number, grid: Grid, seed: number): ChordSpan[] {
  const { family } = direction;
  const section = direction.sections[index];
  const key = keyOf(direction, section);
  const role = section?.role ?? 'verse';
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

type Place = (part: Part, notes: readonly BeatNote[]) => void;
type Layers = ReadonlyMap<Layer, Window>;

function arrangeSection(task: SectionTask): void {
  const { direction, section, index, grid, placer } = task;
  const layers = planLayers(direction, section, grid);
  const closing = index === direction.sections.length - 1 ? closingBeat(grid) : null;
  const hits = drumsOf(task, layers.get('drums'));
  placer.hits(index, closing === null ? hits : closeHits(hits, closing));
  const place: Place = (part, notes) => {
    const instrument = part === 'voice' ? 'voice' : direction.cast[part];
    const kept = notes.filter((note) => inWindow(layers.get(part), note.beat));
    const fitted = instrument === null ? kept : fitRange(kept, instrument);
    placer.notes(index, part, closing === null ? fitted : closeNotes(fitted, closing, grid));
  };
  accompany(task, layers, hits, place);
  const tune = arrangeTune(task, layers, place);
  answerTune(task, layers, tune, place);
}

function drumsOf({ direction, section, index, grid, seed }: SectionTask, window: Window | undefined): BeatHit[] {
  const { family, beatsPerBar } = direction;
  if (!family.groove || !window) return [];
  const { energy, role, occurrence, removed } = section;
  const nextEnergy = direction.sections[index + 1]?.energy ?? null;
  const cue = { role, energy, nextEnergy, effects: !removed.has('effects'), ...window };
  return writeDrums(family.groove, cue, grid, beatsPerBar, createRandom(seed, 'drums', role, occurrence));
}

/**
 * Registers of the accompaniment, so that no two parts crowd the same octave: pad below chords below second hand, all of
 * them under the tune, which some instruments play low.
 */
function registersOf({ cast, key }: Direction): Readonly<Record<'pad' | 'comp' | 'second', readonly [number, number]>> {
  const top = Math.max(62, Math.min(68, tuneTonic(cast.lead, key, 68) + 3));
  return { pad: [top - 21, top - 2], comp: [top - 18, top], second: [top - 12, top + 5] };
}

function accompany(
  { direction, section, spans, seed }: SectionTask,
  layers: Layers,
  hits: readonly BeatHit[],
  place: Place,
): void {
  const { family, beatsPerBar } = direction;
  const { energy, role, occurrence } = section;
  const key = keyOf(direction, section);
  const random = (part: Part) => createRandom(seed, part, role, occurrence);
  const rootless = layers.has('bass');
  const registers = registersOf(direction);
  if (layers.has('bass')) {
    const kicks = hits.filter((hit) => hit.sound === 'kick' && hit.velocity > 0.4);
    place('bass', writeBass(family.bass?.style ?? 'long', spans, { key, energy, kicks }, random('bass')));
  }
  const cue = { energy, beatsPerBar };
  const comped = voiceSpans(spans, ...registers.comp, rootless);
  if (layers.has('comp')) place('comp', writeComping(family.comp?.style ?? 'hold', comped, cue, random('comp')));
  if (layers.has('second'))
    place(
      'second',
      writeComping(
        family.second?.style ?? 'picked',
        voiceSpans(spans, ...registers.second, rootless),
        cue,
        random('second'),
      ),
    );
  if (layers.has('pad')) place('pad', holdChords(voiceSpans(spans, ...registers.pad, rootless), 0.5 + 0.2 * energy));
  if (layers.has('arp')) {
    place('arp', writeArpeggio(comped, energy, family.chordBeats > 4 && family.groove === null));
  }
}

/** Writes the tune: sung words first, then instruments where nobody sings. Answers everything that was placed. */
function arrangeTune(task: SectionTask, layers: Layers, place: Place): BeatNote[] {
  const { direction, section, index, grid, spans, seed, placer } = task;
  const { cast, beatsPerBar, family } = direction;
  const { role, occurrence, energy, lines } = section;
  const motif = motifFor(role, family, seed, beatsPerBar);
  const key = keyOf(direction, section);
  // A raised section stands above the others, whatever octave its own tonic would choose.
  const floorOf = (one: InstrumentName, wanted: number) => tuneTonic(one, direction.key, wanted) + section.lift;
  const cue: MelodyCue = { seed, role, occurrence, energy, key, floor: floorOf(cast.lead, 68) };
  // Words that cannot be sung because the voice was taken away still shape the lead.
  const singer = layers.has('voice') ? 'voice' : layers.has('lead') ? 'lead' : null;
  const sung = setLyrics(
    lines,
    motif,
    { ...cue, floor: singer === 'voice' ? floorOf('voice', 64) : cue.floor },
    spans,
    grid,
  );
  placer.lines(index, sung.lines);
  if (singer && sung.notes.length > 0) {
    // Every syllable is heard, also in the last bar.
    const instrument = singer === 'voice' ? 'voice' : cast.lead;
    const second = energy >= SECOND_VOICE_FROM ? secondVoice(sung.notes, key) : [];
    placer.notes(index, singer, fitRange([...sung.notes, ...second], instrument));
    const played = layers.has('lead') ? writeMelody(motif, cue, spans, grid) : [];
    const answers = played.filter(({ beat, beats }) =>
      sung.gaps.some(({ from, to }) => beat >= from && beat + beats <= to + 0.1),
    );
    place('lead', answers);
    return [...sung.notes, ...answers];
  }
  if (!layers.has('lead')) return [];
  const notes = writeMelody(motif, cue, spans, grid);
  const second = energy >= SECOND_VOICE_FROM && role !== 'solo' ? secondVoice(notes, key) : [];
  place('lead', [...notes, ...second]);
  return notes;
}

/** Registers in which a counter-part lies under the tune. */
const COUNTER_RANGE = { line: [52, 67], stabs: [56, 74] } as const;

function answerTune(task: SectionTask, layers: Layers, tune: readonly BeatNote[], place: Place): void {
  const { direction, section, spans, grid } = task;
  const { counter } = direction.family;
  if (!counter || !layers.has('counter')) return;
  const cue = { key: keyOf(direction, section), energy: section.energy, range: COUNTER_RANGE[counter.style] };
  if (counter.style === 'line') return place('counter', counterLine(spans, cue));
  const { beatsPerBar } = direction;
  place('counter', counterStabs(spans, tune, { ...cue, totalBeats: grid.totalBeats, beatsPerBar }));
}
