import type { Role } from '../plan/section-role.js';
import { createRandom } from '../random.js';
import type { Family } from './family.js';
import { type ChordSpan, chordAt } from './harmony.js';
import { inventMotif, type Motif, type MotifNote, type Variation, varyMotif } from './motif.js';
import { degreePitch, type Key, mod } from './scales.js';
import type { BeatNote } from './score.js';
import type { Grid } from './timeline.js';

/** What the melody of a section goes by. */
export interface MelodyCue {
  seed: number;
  role: Role;
  occurrence: number;
  energy: number;
  key: Key;
  /** Lowest pitch of the tonic that the line is built on. */
  floor: number;
}

/** Roles share material: all choruses one motif, all verses another; the intro and the outro hint at the chorus. */
function motifName(role: Role): 'chorus' | 'verse' | 'solo' {
  if (role === 'solo') return 'solo';
  return role === 'verse' || role === 'build' || role === 'bridge' || role === 'breakdown' ? 'verse' : 'chorus';
}

/** The motif that a role uses, the same wherever it returns. */
export function motifFor(role: Role, family: Family, seed: number, beatsPerBar: number): Motif {
  const name = motifName(role);
  const feel =
    name === 'solo'
      ? { split: Math.min(0.9, family.melody.split + 0.3), rest: family.melody.rest * 0.6 }
      : family.melody;
  return inventMotif(feel, beatsPerBar, createRandom(seed, 'motif', name));
}

type Order = readonly [Variation, Variation, Variation, Variation];

/** Which variations follow each other in periods of four motifs; `period` counts within the section. */
function phrasing(role: Role, occurrence: number, period: number): Order {
  const again = occurrence + period;
  switch (role) {
    case 'intro':
    case 'outro':
      return ['thin', 'thin', 'thin', 'answer'];
    case 'bridge':
    case 'breakdown':
      return ['invert', 'down', 'invert', 'turn'];
    case 'build':
      return ['fragment', 'fragment', 'up', 'up'];
    case 'solo':
      return again % 2 === 0 ? ['ornament', 'fragment', 'up', 'answer'] : ['fragment', 'turn', 'ornament', 'up'];
    case 'chorus':
    case 'drop':
      return again % 2 === 0 ? ['same', 'ornament', 'up', 'answer'] : ['same', 'up', 'ornament', 'answer'];
    default:
      return again % 2 === 0 ? ['same', 'answer', 'up', 'answer'] : ['same', 'ornament', 'down', 'answer'];
  }
}

/** Writes the melody of a section: the motif, varied, bent to the chords, with a long note at the end of each phrase. */
export function writeMelody(motif: Motif, cue: MelodyCue, chords: readonly ChordSpan[], grid: Grid): BeatNote[] {
  const random = createRandom(cue.seed, 'melody', cue.role, cue.occurrence);
  const lift = cue.role === 'chorus' || cue.role === 'drop' ? 2 : 0;
  const notes: BeatNote[] = [];
  let before: Before | null = null;
  for (let index = 0, start = 0; start < grid.totalBeats - 0.5; index++, start += motif.beats) {
    const length = Math.min(motif.beats, grid.totalBeats - start);
    const last = start + motif.beats >= grid.totalBeats - 0.5;
    const closing = last || index % 4 === 3;
    const variation = phrasing(cue.role, cue.occurrence, Math.floor(index / 4))[index % 4] ?? 'same';
    const varied = varyMotif(motif, variation).notes.filter((note) => note.beat < length - 0.2);
    for (const [i, note] of varied.entries()) {
      const isEnd = closing && i === varied.length - 1;
      const beat = start + note.beat;
      const pitch = bend(note, beat, lift, isEnd, cue, chords, before);
      before = { pitch, step: note.step };
      const beats = isEnd
        ? Math.max(note.beats, Math.min(2, length - note.beat - 0.1))
        : Math.min(note.beats, length - note.beat);
      const accent = note.beat % 1 === 0 ? 0.06 : -0.04;
      // A phrase swells to its middle and its heights.
      const swell = 0.07 * Math.sin((Math.PI * note.beat) / motif.beats) + 0.008 * note.step;
      const velocity = 0.56 + 0.26 * cue.energy + accent + swell + 0.03 * random.normal();
      notes.push({ beat, beats, pitch, velocity: Math.min(1, Math.max(0.2, velocity)) });
    }
  }
  return notes;
}

/** The note before: what was played, and what the motif wanted. */
interface Before {
  pitch: number;
  step: number;
}

/** Strong and long notes take a tone of the chord; a phrase ends on the chord's root or third. */
function bend(
  note: MotifNote,
  beat: number,
  lift: number,
  isEnd: boolean,
  cue: MelodyCue,
  chords: readonly ChordSpan[],
  before: Before | null,
): number {
  const pitch = degreePitch(cue.key, note.step + lift, cue.floor);
  const chord = chordAt(chords, beat);
  const stable = isEnd ? chord.tones.slice(0, 2) : chord.tones.slice(0, 4);
  const strong = isEnd || (note.beat % 2 === 0 && note.beats > 0.4) || note.beats >= 1.4;
  const bent = strong ? nearest(pitch, stable) : avoidClash(pitch, chord.tones);
  if (before === null) return bent;
  const way = Math.sign(note.step - before.step);
  // Where the motif moves the tune moves, too: a tone of the chord that stood already gives way to the next one.
  if (bent === before.pitch && way !== 0) return onward(bent, way, stable);
  // A leap of more than a ninth is folded back.
  return Math.abs(bent - before.pitch) > 14 ? bent + (bent > before.pitch ? -12 : 12) : bent;
}

/** The next of the pitch classes above or below a pitch. */
function onward(pitch: number, way: number, classes: readonly number[]): number {
  for (let moved = pitch + way; Math.abs(moved - pitch) < 8; moved += way)
    if (classes.includes(mod(moved, 12))) return moved;
  return pitch;
}

/** The pitch nearest to `pitch` that belongs to one of the pitch classes; upwards when two are as near. */
export function nearest(pitch: number, classes: readonly number[]): number {
  for (let distance = 0; distance < 7; distance++) {
    if (classes.includes(mod(pitch + distance, 12))) return pitch + distance;
    if (classes.includes(mod(pitch - distance, 12))) return pitch - distance;
  }
  return pitch;
}

/** A borrowed chord may hold a tone a semitone beside the scale's: then the chord's is played. */
function avoidClash(pitch: number, tones: readonly number[]): number {
  const third = tones[1];
  if (third !== undefined && (mod(pitch - third, 12) === 1 || mod(third - pitch, 12) === 1))
    return nearest(pitch, tones);
  return pitch;
}
