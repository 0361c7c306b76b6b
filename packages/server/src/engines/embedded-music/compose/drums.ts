import type { Role } from '../plan/section-role.js';
import type { Random } from '../random.js';
import { type DrumSound, GROOVES, type Groove, type GrooveName, type Line, markStrength } from './grooves.js';
import type { BeatHit } from './score.js';
import type { Grid } from './timeline.js';

/** What decides the drums of one section. */
export interface DrumCue {
  role: Role;
  energy: number;
  /** Whether a section follows, and how strong it is. */
  nextEnergy: number | null;
  effects: boolean;
}

/** Marks of a 3/4 bar in place of the pattern's own. */
const WALTZ: readonly Line[] = [
  ['kick', 'x...........'],
  ['hat', '....o...o...'],
  ['snare', '....-...-...'],
];

/** Writes the drums of one section: a pattern by energy, small variations, a fill into the next section, a crash on a strong start. */
export function writeDrums(name: GrooveName, cue: DrumCue, grid: Grid, beatsPerBar: number, random: Random): BeatHit[] {
  const groove: Groove = GROOVES[name];
  const hits: BeatHit[] = [];
  const lines = beatsPerBar === 3 ? WALTZ : linesFor(groove, cue);
  const bars = grid.barStarts.length;
  for (const [bar, start] of grid.barStarts.entries()) {
    const beats = grid.barBeats[bar] ?? beatsPerBar;
    const fillBeats = fillLength(bar, bars, beats, cue);
    playBar(hits, lines, { start, beats, until: beats - fillBeats, bar }, cue, random);
    if (fillBeats > 0) playFill(hits, groove.fill, start + beats - fillBeats, fillBeats, cue, random);
  }
  if (cue.role === 'build') addRoll(hits, grid);
  if (cue.effects) addEffects(hits, cue, grid);
  return hits;
}

function linesFor(groove: Groove, cue: DrumCue): readonly Line[] {
  if (cue.role === 'outro' || cue.role === 'breakdown' || cue.energy < 0.45)
    return cue.energy < 0.26 ? groove.low.slice(-1) : groove.low;
  return cue.energy < 0.76 ? groove.mid : groove.high;
}

function playBar(
  hits: BeatHit[],
  lines: readonly Line[],
  bar: { start: number; beats: number; until: number; bar: number },
  cue: DrumCue,
  random: Random,
): void {
  const steps = Math.round(bar.until * 4);
  for (const [sound, marks] of lines) {
    for (let step = 0; step < steps; step++) {
      const mark = marks[step % marks.length] ?? '.';
      const strength = markStrength(mark);
      const ghost =
        strength === 0 && mark === '.' && isGhostable(sound) && step % 2 === 1 && random.chance(0.04 * cue.energy);
      if (strength === 0 && !ghost) continue;
      // Soft strokes come and go a little, so that no two bars are the same.
      if (mark === '-' && random.chance(0.12)) continue;
      const velocity = (ghost ? 0.22 : strength) * (0.72 + 0.28 * cue.energy) * (1 + 0.06 * random.normal());
      hits.push({ beat: bar.start + step / 4, sound, velocity: Math.min(1, Math.max(0.05, velocity)) });
    }
  }
}

const isGhostable = (sound: DrumSound) => sound === 'snare' || sound === 'hat' || sound === 'shaker';

function fillLength(bar: number, bars: number, beats: number, cue: DrumCue): number {
  if (cue.energy < 0.4 || cue.role === 'outro' || cue.role === 'build') return 0;
  if (bar === bars - 1 && bars > 1 && cue.nextEnergy !== null)
    return Math.min(beats / 2, cue.nextEnergy > cue.energy + 0.1 ? 2 : 1);
  return bar % 8 === 7 ? Math.min(1, beats / 4) : 0;
}

function playFill(
  hits: BeatHit[],
  sounds: readonly DrumSound[],
  start: number,
  beats: number,
  cue: DrumCue,
  random: Random,
): void {
  const steps = Math.max(2, Math.round(beats * 4));
  for (let step = 0; step < steps; step++) {
    const progress = step / steps;
    if (step % 2 === 1 && random.chance(0.3)) continue;
    const sound = sounds[Math.min(sounds.length - 1, Math.floor(progress * sounds.length))] ?? 'snare';
    const velocity = (0.45 + 0.5 * progress) * (0.75 + 0.25 * cue.energy);
    hits.push({ beat: start + (step * beats) / steps, sound, velocity: Math.min(1, velocity) });
  }
  hits.push({ beat: start, sound: 'kick', velocity: 0.7 });
}

/** A snare roll that doubles its pace twice and grows to the end of the section. */
function addRoll(hits: BeatHit[], grid: Grid): void {
  const length = Math.min(grid.totalBeats, 16);
  const from = grid.totalBeats - length;
  for (let beat = 0; beat < length; ) {
    const progress = beat / length;
    hits.push({ beat: from + beat, sound: 'snare', velocity: 0.2 + 0.65 * progress });
    beat += progress < 0.5 ? 1 : progress < 0.75 ? 0.5 : 0.25;
  }
}

function addEffects(hits: BeatHit[], cue: DrumCue, grid: Grid): void {
  if (cue.energy > 0.7) hits.push({ beat: 0, sound: 'crash', velocity: 0.5 + 0.4 * cue.energy });
  if (cue.nextEnergy === null || cue.nextEnergy < 0.75 || cue.nextEnergy <= cue.energy) return;
  // The riser sounds two seconds and ends where the next section begins.
  const beats = (2 * 44_100) / grid.samplesPerBeat;
  if (beats <= grid.totalBeats) hits.push({ beat: grid.totalBeats - beats, sound: 'riser', velocity: 0.75 });
}
