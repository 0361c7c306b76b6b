import type { Role } from '../plan/section-role.js';
import type { Random } from '../random.js';
import { FILLS } from './fills.js';
import { type DrumSound, type Groove, type Line, markStrength } from './groove.js';
import { GROOVES, type GrooveName } from './grooves.js';
import type { BeatHit } from './score.js';
import { type Grid, SAMPLE_RATE } from './timeline.js';

/** What decides the drums of one section. */
export interface DrumCue {
  role: Role;
  energy: number;
  /** Whether a section follows, and how strong it is. */
  nextEnergy: number | null;
  effects: boolean;
  /** Beats between which the drums play; fills and effects belong to the borders all the same. */
  from: number;
  to: number;
}

/** Marks of a 3/4 bar in place of the pattern's own. */
const WALTZ: Readonly<Record<'low' | 'mid' | 'high', readonly Line[]>> = {
  low: [
    ['kick', 'o...........'],
    ['hat', '....-...-...'],
  ],
  mid: [
    ['kick', 'x...........'],
    ['hat', '....o...o...'],
    ['snare', '....-...-...'],
  ],
  high: [
    ['kick', 'x.......-...x...........'],
    ['ride', 'x...o...o.o.'],
    ['snare', '....o...o...'],
  ],
};

/** Writes the drums of one section: a pattern by energy, small variations, fills at borders, a crash on a strong start. */
export function writeDrums(name: GrooveName, cue: DrumCue, grid: Grid, beatsPerBar: number, random: Random): BeatHit[] {
  const groove: Groove = GROOVES[name];
  const hits: BeatHit[] = [];
  const lines = (beatsPerBar === 3 ? WALTZ : groove)[levelFor(cue)];
  const thinned = cue.energy < 0.26 ? lines.slice(-1) : lines;
  const bars = grid.barStarts.length;
  const leads = cue.nextEnergy !== null && cue.to > grid.totalBeats - 0.01;
  for (const [bar, start] of grid.barStarts.entries()) {
    const beats = grid.barBeats[bar] ?? beatsPerBar;
    const fillBeats = fillLength(bar, bars, beats, leads, cue);
    // A fill leads into drums that begin in the middle of a section, too.
    const enters = cue.from > 0 && Math.abs(start + beats - cue.from) < 0.01;
    if (start >= cue.from - 0.01 && start < cue.to - 0.01)
      playBar(hits, thinned, { start, beats, until: beats - fillBeats, bar }, cue, random);
    else if (!enters) continue;
    const length = enters ? Math.min(1, beats) : fillBeats;
    if (length > 0) playFill(hits, groove, { start, beats, length }, cue, random);
  }
  if (cue.role === 'build') addRoll(hits, grid);
  if (cue.effects) addEffects(hits, cue, grid);
  return hits;
}

function levelFor(cue: DrumCue): 'low' | 'mid' | 'high' {
  if (cue.role === 'outro' || cue.role === 'breakdown' || cue.energy < 0.45) return 'low';
  return cue.energy < 0.76 ? 'mid' : 'high';
}

function playBar(
  hits: BeatHit[],
  lines: readonly Line[],
  bar: { start: number; beats: number; until: number; bar: number },
  cue: DrumCue,
  random: Random,
): void {
  const steps = Math.round(bar.until * 4);
  const barSteps = Math.round(bar.beats * 4);
  for (const [sound, marks] of lines) {
    // Patterns of two bars answer themselves; the last bar of four opens the hat once.
    const shift = marks.length > 16 || (bar.beats === 3 && marks.length > 12) ? (bar.bar % 2) * (marks.length / 2) : 0;
    const opens = sound === 'hat' && bar.bar % 4 === 3 && cue.energy >= 0.5 && !lines.some(([s]) => s === 'openHat');
    for (let step = 0; step < steps; step++) {
      const mark = marks[(shift + step) % marks.length] ?? '.';
      const strength = markStrength(mark);
      const ghost = strength === 0 && isGhostable(sound) && step % 2 === 1 && random.chance(0.05 * cue.energy);
      if (strength === 0 && !ghost) continue;
      // Soft strokes come and go a little, so that no two bars are the same.
      if (mark === '-' && random.chance(0.12)) continue;
      const velocity = (ghost ? 0.22 : strength) * (0.72 + 0.28 * cue.energy) * (1 + 0.06 * random.normal());
      const played = opens && step === barSteps - 2 ? 'openHat' : sound;
      hits.push({ beat: bar.start + step / 4, sound: played, velocity: Math.min(1, Math.max(0.05, velocity)) });
    }
  }
}

const isGhostable = (sound: DrumSound) => sound === 'snare' || sound === 'hat' || sound === 'shaker';

/** Beats of the fill at the end of a bar: the more the next section rises, the longer; a small one in each eighth bar. */
function fillLength(bar: number, bars: number, beats: number, leads: boolean, cue: DrumCue): number {
  if (cue.energy < 0.35 || cue.role === 'build') return 0;
  if (bar === bars - 1) {
    const rise = leads ? (cue.nextEnergy ?? 0) - cue.energy : null;
    if (rise === null) return 0;
    return bars > 4 && rise > 0.25 ? beats : Math.min(beats, rise > 0.05 ? 2 : 1);
  }
  return bar % 8 === 7 ? Math.min(1, beats) : bar % 4 === 3 && cue.energy > 0.85 ? Math.min(0.5, beats) : 0;
}

function playFill(
  hits: BeatHit[],
  groove: Groove,
  bar: { start: number; beats: number; length: number },
  cue: DrumCue,
  random: Random,
): void {
  const fills = FILLS[groove.fills];
  const choice = bar.length > 2 ? fills.whole : bar.length > 1 ? fills.long : fills.short;
  const lines = choice[random.int(choice.length)] ?? [];
  const wanted = Math.round(bar.length * 4);
  const length = lines[0]?.[1].length ?? 0;
  const from = bar.start + bar.beats - bar.length;
  for (const [sound, marks] of lines) {
    for (let step = 0; step < wanted; step++) {
      // A figure that is longer than its room is played from where it still ends on time.
      const strength = markStrength(marks[step + Math.max(0, length - wanted)] ?? '.');
      if (strength === 0) continue;
      const grows = 0.78 + (0.22 * step) / wanted;
      const velocity = strength * grows * (0.7 + 0.3 * cue.energy) * (1 + 0.05 * random.normal());
      hits.push({ beat: from + step / 4, sound, velocity: Math.min(1, Math.max(0.05, velocity)) });
    }
  }
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
  if (cue.energy > 0.7 && cue.from === 0) hits.push({ beat: 0, sound: 'crash', velocity: 0.5 + 0.4 * cue.energy });
  if (cue.energy > 0.8) {
    // Long strong sections are refreshed every eight bars.
    for (const [bar, beat] of grid.barStarts.entries())
      if (bar > 0 && bar % 8 === 0 && bar < grid.barStarts.length - 1)
        hits.push({ beat, sound: 'crash', velocity: 0.6 });
  }
  if (cue.nextEnergy === null || cue.nextEnergy < 0.75 || cue.nextEnergy <= cue.energy) return;
  // The riser sounds two seconds and ends where the next section begins.
  const beats = (2 * SAMPLE_RATE) / grid.samplesPerBeat;
  if (beats <= grid.totalBeats) hits.push({ beat: grid.totalBeats - beats, sound: 'riser', velocity: 0.75 });
}
