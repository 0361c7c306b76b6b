import type { Random } from '../random.js';
import type { BassStyle } from './family.js';
import type { ChordSpan } from './harmony.js';
import { type Key, mod } from './scales.js';
import type { BeatHit, BeatNote } from './score.js';
import { walk } from './walking-bass.js';

const LOW = 28;

/** Where a pitch class lies in the bass: E1 (28) to D#2, nothing lower for small speakers. */
const bassPitch = (pitchClass: number) => LOW + mod(pitchClass - LOW, 12);

/** A note below or above the goal, on the side from which it is reached. */
const approach = (from: number, goal: number) => (from < goal ? goal - 1 : from > goal ? goal + 1 : goal - 5);

interface BassCue {
  key: Key;
  energy: number;
  kicks: readonly BeatHit[];
}

/** Writes the bass of one section on the roots of its chords. */
export function writeBass(style: BassStyle, chords: readonly ChordSpan[], cue: BassCue, random: Random): BeatNote[] {
  // Where little happens, every style holds its roots.
  const chosen = cue.energy < 0.36 && style !== 'walking' ? 'long' : style;
  return chords.flatMap((span, index) => {
    const next = chords[index + 1]?.chord ?? chords[0]?.chord ?? span.chord;
    return playSpan({
      style: chosen,
      span,
      next: bassPitch(next.root),
      isLast: index === chords.length - 1,
      cue,
      random,
    });
  });
}

interface BassTask {
  style: BassStyle;
  span: ChordSpan;
  /** Where the next chord's root lies. */
  next: number;
  isLast: boolean;
  cue: BassCue;
  random: Random;
}

function playSpan(task: BassTask): BeatNote[] {
  const { style, span, cue, random } = task;
  const root = bassPitch(span.chord.root);
  const interval = mod((span.chord.tones[2] ?? root + 7) - root, 12) || 7;
  // The fifth lies above low roots and below high ones: the line stays where basses are at home.
  const fifth = root > 35 ? root + interval - 12 : root + interval;
  const notes: BeatNote[] = [];
  const play = (offset: number, beats: number, pitch: number, velocity: number) => {
    if (offset < span.beats - 0.05)
      notes.push({ beat: span.beat + offset, beats: Math.min(beats, span.beats - offset), pitch, velocity });
  };
  switch (style) {
    case 'long':
      for (let at = 0; at < span.beats - 0.01; at += 4) play(at, 3.9, root, 0.48 + 0.3 * cue.energy);
      break;
    case 'roots8':
      for (let at = 0, i = 0; at < span.beats - 0.01; at += 0.5, i++)
        play(at, 0.44, i % 16 === 15 ? fifth : root, i % 2 === 0 ? 0.82 : 0.66);
      break;
    case 'offbeat':
      offbeat(play, span, root, fifth, cue, random);
      break;
    case 'rolling':
      for (let at = 0, i = 0; at < span.beats - 0.01; at++, i++)
        for (const [k, step] of [0.25, 0.5, 0.75].entries())
          play(at + step, 0.2, k === 2 && i % 2 === 1 ? root + 12 : root, 0.68 + 0.1 * k);
      break;
    case 'walking':
      return walk(span, root, task.next, cue.key, random);
    case 'sparse':
      sparse(play, task, root, fifth);
      break;
    case 'alternate':
      alternate(play, task, root, fifth);
      break;
    case 'funk':
      funk(play, task, root, fifth);
      break;
    case 'bossa':
      for (let at = 0; at < span.beats - 0.01; at += 4)
        for (const [beat, beats, pitch, velocity] of [
          [0, 1.4, root, 0.82],
          [1.5, 0.45, fifth, 0.62],
          [2, 1.4, fifth, 0.78],
          [3.5, 0.45, root, 0.6],
        ] as const)
          play(at + beat, beats, pitch, velocity);
      break;
    case 'tumbao':
      tumbao(play, task, root, fifth);
      break;
    case 'kick':
      return followKick(span, root, fifth, cue.kicks);
  }
  return notes.filter((written) => written.beats > 0.05);
}

type Play = (offset: number, beats: number, pitch: number, velocity: number) => void;

function offbeat(play: Play, span: ChordSpan, root: number, fifth: number, cue: BassCue, random: Random): void {
  for (let at = 0, i = 0; at < span.beats - 0.01; at++, i++) {
    play(at + 0.5, 0.42, i % 4 === 3 ? root + 12 : root, 0.85);
    if (random.chance(0.25 * cue.energy)) play(at + 0.75, 0.2, i % 2 ? fifth : root + 12, 0.6);
  }
}

function sparse(play: Play, { span, next, random }: BassTask, root: number, fifth: number): void {
  for (let at = 0; at < span.beats - 0.01; at += 4) {
    const left = span.beats - at;
    play(at, Math.min(1.4, left), root, 0.8);
    if (left >= 3) {
      play(at + 1.5, 0.45, random.chance(0.5) ? root : fifth, 0.6);
      play(at + 2, 1.2, random.chance(0.35) ? fifth : root, 0.72);
    }
    if (left >= 4 && left < 4.1 && random.chance(0.5)) play(at + 3.5, 0.45, approach(root, next), 0.6);
  }
}

/** Root and fifth by turns on the beats, with a run into the next chord now and then: folk, country, cumbia. */
function alternate(play: Play, { span, next, cue, random }: BassTask, root: number, fifth: number): void {
  for (let at = 0; at < span.beats - 0.01; at += 2) {
    play(at, 1.3, at % 4 === 0 ? root : fifth, 0.82);
    const isEnd = span.beats - at <= 2.01 && span.beats >= 4;
    if (isEnd && next !== root && random.chance(0.3 + 0.3 * cue.energy)) {
      play(at + 1, 0.9, next > root ? next - 2 : next + 2, 0.68);
    }
  }
}

/** Root on the one, then sixteenths with octaves and rests. */
function funk(play: Play, { span, next, random }: BassTask, root: number, fifth: number): void {
  const lines = [
    [
      [0, 0.7, 0, 0.9],
      [0.75, 0.2, 12, 0.6],
      [1.5, 0.4, 0, 0.74],
      [2.5, 0.45, 7, 0.7],
      [2.75, 0.2, 12, 0.6],
      [3.5, 0.4, -1, 0.7],
    ],
    [
      [0, 0.9, 0, 0.9],
      [1.75, 0.2, 0, 0.62],
      [2, 0.45, 12, 0.74],
      [2.75, 0.2, 7, 0.62],
      [3.25, 0.2, 0, 0.6],
      [3.5, 0.4, -1, 0.72],
    ],
  ] as const;
  for (let at = 0; at < span.beats - 0.01; at += 4) {
    const line = lines[random.int(2)] ?? lines[0];
    const isEnd = span.beats - at <= 4.01;
    for (const [beat, beats, interval, velocity] of line) {
      const pitch = interval === -1 ? (isEnd ? approach(root, next) : fifth) : interval === 7 ? fifth : root + interval;
      play(at + beat, beats, pitch, velocity);
    }
  }
}

/** The one stays free after the first bar: the bass comes on the second half of two and on four, where the next chord is heard early. */
function tumbao(play: Play, { span, next, isLast }: BassTask, root: number, fifth: number): void {
  for (let at = 0; at < span.beats - 0.01; at += 4) {
    const isEnd = span.beats - at <= 4.01;
    play(at, 1.3, root, at === 0 ? 0.8 : 0.66);
    play(at + 1.5, 1.3, fifth, 0.78);
    play(at + 3, 0.95, isEnd && !isLast ? next : root, 0.84);
  }
}

/** Sounds with the kick drum, so that both are heard as one; without a kick it holds the root. */
function followKick(span: ChordSpan, root: number, fifth: number, kicks: readonly BeatHit[]): BeatNote[] {
  const end = span.beat + span.beats;
  const inside = [
    ...new Set(kicks.map((kick) => kick.beat).filter((beat) => beat >= span.beat - 0.01 && beat < end - 0.2)),
  ];
  const starts = inside.some((beat) => Math.abs(beat - span.beat) < 0.05) ? inside : [span.beat, ...inside];
  starts.sort((a, b) => a - b);
  return starts.map((beat, index) => {
    const until = starts[index + 1] ?? end;
    const onFifth = index === starts.length - 1 && starts.length > 2;
    return {
      beat,
      beats: Math.max(0.1, Math.min(1.9, (until - beat) * 0.92)),
      pitch: onFifth ? fifth : root,
      velocity: index === 0 ? 0.85 : 0.72,
    };
  });
}
