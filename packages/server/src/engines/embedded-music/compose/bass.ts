import type { Random } from '../random.js';
import type { BassStyle } from './family.js';
import type { ChordSpan } from './harmony.js';
import { type Key, MODES, mod } from './scales.js';
import type { BeatHit, BeatNote } from './score.js';
import type { Grid } from './timeline.js';

const LOW = 28;

/** Where a pitch class lies in the bass: E1 (28) to D#2, nothing lower for small speakers. */
const bassPitch = (pitchClass: number) => LOW + mod(pitchClass - LOW, 12);

/** Writes the bass of one section on the roots of its chords. */
export function writeBass(
  style: BassStyle,
  chords: readonly ChordSpan[],
  grid: Grid,
  cue: { key: Key; energy: number; kicks: readonly BeatHit[] },
  random: Random,
): BeatNote[] {
  // Where little happens, every style holds its roots.
  const chosen = cue.energy < 0.36 && style !== 'walking' ? 'long' : style;
  return chords.flatMap((span, index) => {
    const next = chords[index + 1]?.chord ?? chords[0]?.chord ?? span.chord;
    return playSpan(chosen, span, next.root, cue, random);
  });
}

function playSpan(
  style: BassStyle,
  span: ChordSpan,
  nextRoot: number,
  cue: { key: Key; energy: number; kicks: readonly BeatHit[] },
  random: Random,
): BeatNote[] {
  const root = bassPitch(span.chord.root);
  const fifth = root + (mod((span.chord.tones[2] ?? root + 7) - root, 12) || 7);
  const note = (offset: number, beats: number, pitch: number, velocity: number): BeatNote => ({
    beat: span.beat + offset,
    beats: Math.min(beats, span.beats - offset),
    pitch,
    velocity,
  });
  const notes: BeatNote[] = [];
  const steps = (by: number, play: (offset: number, index: number) => void) => {
    for (let offset = 0, index = 0; offset < span.beats - 0.01; offset += by, index++) play(offset, index);
  };
  switch (style) {
    case 'long':
      steps(4, (offset) => notes.push(note(offset, 3.9, root, 0.7)));
      break;
    case 'roots8':
      steps(0.5, (offset, i) =>
        notes.push(note(offset, 0.44, i % 16 === 15 ? fifth : root, i % 2 === 0 ? 0.82 : 0.66)),
      );
      break;
    case 'offbeat':
      steps(1, (offset, i) => {
        notes.push(note(offset + 0.5, 0.42, i % 4 === 3 ? root + 12 : root, 0.85));
        if (random.chance(0.25 * cue.energy)) notes.push(note(offset + 0.75, 0.2, i % 2 ? fifth : root + 12, 0.6));
      });
      break;
    case 'rolling':
      steps(1, (offset, i) => {
        for (const [k, step] of [0.25, 0.5, 0.75].entries()) {
          notes.push(note(offset + step, 0.2, k === 2 && i % 2 === 1 ? root + 12 : root, 0.68 + 0.1 * k));
        }
      });
      break;
    case 'walking':
      walk(notes, span, root, bassPitch(nextRoot), cue.key, random);
      break;
    case 'sparse':
      notes.push(note(0, Math.min(1.4, span.beats), root, 0.8));
      if (span.beats >= 3)
        notes.push(
          note(1.5, 0.45, random.chance(0.5) ? root : fifth, 0.6),
          note(2, 1.2, random.chance(0.35) ? fifth : root, 0.72),
        );
      if (span.beats >= 4 && random.chance(0.5)) notes.push(note(3.5, 0.45, approach(root, bassPitch(nextRoot)), 0.6));
      break;
    case 'kick':
      followKick(notes, span, root, fifth, cue.kicks);
      break;
  }
  return notes.filter((written) => written.beats > 0.05);
}

/** A note below or above the goal, on the side from which it is reached. */
const approach = (from: number, goal: number) => (from < goal ? goal - 1 : from > goal ? goal + 1 : goal - 5);

/** A quarter-note line: root, scale or chord notes on the way, and a step into the next root. */
function walk(notes: BeatNote[], span: ChordSpan, root: number, goal: number, key: Key, random: Random): void {
  const scale = new Set([...MODES[key.mode].map((step) => mod(key.tonic + step, 12)), ...span.chord.tones]);
  let pitch = root;
  for (let offset = 0; offset < span.beats - 0.01; offset++) {
    const last = offset >= span.beats - 1;
    if (offset > 0) {
      if (last) pitch = approach(pitch, goal);
      else {
        const way = pitch - root > 7 ? -1 : random.chance(0.65) ? 1 : -1;
        const tones = offset % 2 === 0 ? new Set(span.chord.tones) : scale;
        let moved = pitch + way;
        for (let tries = 0; tries < 6 && !tones.has(mod(moved, 12)); tries++) moved += way;
        pitch = Math.max(LOW - 1, Math.min(LOW + 19, moved));
      }
    }
    notes.push({
      beat: span.beat + offset,
      beats: Math.min(0.92, span.beats - offset),
      pitch,
      velocity: offset % 2 ? 0.82 : 0.74,
    });
  }
}

/** Sounds with the kick drum, so that both are heard as one; without a kick it holds the root. */
function followKick(notes: BeatNote[], span: ChordSpan, root: number, fifth: number, kicks: readonly BeatHit[]): void {
  const end = span.beat + span.beats;
  const inside = [
    ...new Set(kicks.map((kick) => kick.beat).filter((beat) => beat >= span.beat - 0.01 && beat < end - 0.2)),
  ];
  const starts = inside.some((beat) => Math.abs(beat - span.beat) < 0.05) ? inside : [span.beat, ...inside];
  starts.sort((a, b) => a - b);
  for (const [index, beat] of starts.entries()) {
    const until = starts[index + 1] ?? end;
    const onFifth = index === starts.length - 1 && starts.length > 2;
    notes.push({
      beat,
      beats: Math.min(1.9, (until - beat) * 0.92),
      pitch: onFifth ? fifth : root,
      velocity: index === 0 ? 0.85 : 0.72,
    });
  }
}
