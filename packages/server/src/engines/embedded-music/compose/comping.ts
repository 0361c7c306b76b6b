import type { Random } from '../random.js';
import type { CompPattern, Stroke } from './comp-pattern.js';
import { STRUCK_PATTERNS, WALTZ_PATTERN } from './comp-patterns.js';
import type { CompStyle } from './family.js';
import { type ChordSpan, voiceChord } from './harmony.js';
import type { BeatNote } from './score.js';

/** Chords with their voicings, led smoothly from one to the next. */
export interface VoicedSpan extends ChordSpan {
  pitches: readonly number[];
}

/**
 * Chooses the voicings of a section between two pitches.
 *
 * @param rootless leaves the root of chords with four tones and more to the bass
 */
export function voiceSpans(spans: readonly ChordSpan[], low: number, high: number, rootless = false): VoicedSpan[] {
  let before: readonly number[] = [];
  return spans.map((span) => {
    const { chord } = span;
    const tones = rootless && chord.tones.length >= 4 ? chord.tones.slice(1) : chord.tones;
    const pitches = voiceChord({ ...chord, tones }, before, low, high);
    before = pitches;
    return { ...span, pitches };
  });
}

/** Holds each chord: what pads do. */
export function holdChords(spans: readonly VoicedSpan[], velocity: number): BeatNote[] {
  return spans.flatMap((span) =>
    span.pitches.map((pitch) => ({ beat: span.beat, beats: span.beats * 0.98, pitch, velocity })),
  );
}

/** How an accompaniment is played. */
export interface CompCue {
  energy: number;
  beatsPerBar: number;
}

/** Accompanies a section in the manner of its style. */
export function writeComping(style: CompStyle, spans: readonly VoicedSpan[], cue: CompCue, random: Random): BeatNote[] {
  const waltzes = cue.beatsPerBar === 3 && style !== 'hold' && !ROLLED.has(style);
  const pattern = waltzes ? WALTZ_PATTERN : STRUCK_PATTERNS[style];
  return spans.flatMap((span, index) => {
    const next = spans[index + 1] ?? span;
    if (pattern) return strikeSpan(pattern, span, next, cue, random);
    const notes: BeatNote[] = [];
    const level = 0.5 + 0.3 * cue.energy;
    for (let at = 0; at < span.beats - 0.05; at += cue.beatsPerBar)
      rollBar(style, { notes, span, at, level, ...cue }, random);
    return notes;
  });
}

/** Styles that play one tone after the other, in any metre. */
const ROLLED: ReadonlySet<CompStyle> = new Set(['broken', 'ostinato', 'picked']);

function strikeSpan(
  pattern: CompPattern,
  span: VoicedSpan,
  next: VoicedSpan,
  { energy, beatsPerBar }: CompCue,
  random: Random,
): BeatNote[] {
  const bars = energy < 0.42 ? pattern.quiet : energy < 0.74 ? pattern.usual : pattern.strong;
  const level = 0.5 + 0.3 * energy;
  const notes: BeatNote[] = [];
  for (let at = 0; at < span.beats - 0.05; at += beatsPerBar) {
    const bar = Math.floor((span.beat + at) / beatsPerBar + 0.01);
    const strokes = bars[variantOf(bar, bars.length)] ?? [];
    for (const stroke of strokes) {
      const offset = at + stroke[0];
      if (stroke[0] >= beatsPerBar || offset > span.beats - 0.05) continue;
      if (stroke[2] < 0.62 && random.chance(0.1)) continue;
      const early = pattern.pushes && offset >= span.beats - 0.51;
      const voiced = early ? next.pitches : span.pitches;
      const beats = early ? stroke[1] : Math.min(stroke[1], span.beats - offset);
      strike(notes, tonesOf(voiced, stroke), { beat: span.beat + offset, beats, velocity: stroke[2] * level });
    }
  }
  return notes;
}

/** With two variants the second is for each fourth bar; with more they go round, differently in each phrase. */
function variantOf(bar: number, variants: number): number {
  if (variants < 3) return bar % 4 === 3 ? variants - 1 : 0;
  return (bar * 2 + Math.floor(bar / 4)) % variants;
}

function tonesOf(pitches: readonly number[], [, , , tones]: Stroke): readonly number[] {
  if (tones === 'upper') return pitches.length > 2 ? pitches.slice(1) : pitches;
  if (tones === 'top') return pitches.slice(-2);
  if (tones === 'low') return pitches.slice(0, 1);
  return pitches;
}

/** Hands are uneven: the top of a chord sings, the middle stays back. */
function strike(
  notes: BeatNote[],
  pitches: readonly number[],
  at: { beat: number; beats: number; velocity: number },
): void {
  for (const [index, pitch] of pitches.entries()) {
    const isTop = index === pitches.length - 1;
    const shade = isTop ? 1.04 : index === 0 ? 0.96 : 0.86;
    notes.push({ beat: at.beat, beats: at.beats, pitch, velocity: Math.min(1, at.velocity * shade) });
  }
}

interface RolledBar extends CompCue {
  notes: BeatNote[];
  span: VoicedSpan;
  at: number;
  level: number;
}

function rollBar(style: CompStyle, bar: RolledBar, random: Random): void {
  switch (style) {
    case 'strum':
      return strum(bar, random);
    case 'broken':
      return run(bar, bar.energy > 0.8 ? [0, 2, 3, 2, 1, 2, 3, 2] : [0, 3, 1, 3], 0.5, 1.6);
    case 'ostinato':
      return run(bar, bar.energy > 0.7 ? [0, 0, 3, 0, 1, 0, 3, 1] : [0, 3, 1, 3], bar.energy > 0.7 ? 0.25 : 0.5, 0.8);
    case 'picked':
      return run(bar, PICKED[Math.floor((bar.span.beat + bar.at) / bar.beatsPerBar) % 2 === 0 ? 0 : 1], 0.5, 2.2);
    case 'montuno':
      return montuno(bar);
    default:
      return;
  }
}

const PICKED = [
  [0, 2, 1, 3, 2, 1, 3, 2],
  [0, 1, 2, 3, 1, 3, 2, 1],
] as const;

/** One tone after the other, by an order of places in the chord from low (0) to high. */
function run(
  { notes, span, at, level, beatsPerBar }: RolledBar,
  order: readonly number[],
  step: number,
  hold: number,
): void {
  const { pitches } = span;
  for (let beat = 0, i = 0; beat < beatsPerBar - 0.01 && at + beat < span.beats - 0.05; beat += step, i++) {
    const place = order[i % order.length] ?? 0;
    // The third place is the top of a triad, and the low tone an octave up where the chord has only three.
    const pitch = place < pitches.length ? pitches[place] : (pitches[0] ?? 60) + 12;
    const accent = i % 4 === 0 ? 0.95 : i % 2 === 0 ? 0.76 : 0.66;
    notes.push({
      beat: span.beat + at + beat,
      beats: Math.max(0.1, Math.min(step * hold, span.beats - at - beat)),
      pitch: pitch ?? 60,
      velocity: level * accent,
    });
  }
}

const STRUMS = [
  [
    [0, 1, 1],
    [1, 0.75, 1],
    [1.5, 0.5, -1],
    [2.5, 0.55, -1],
    [3, 0.8, 1],
    [3.5, 0.5, -1],
  ],
  [
    [0, 1, 1],
    [0.5, 0.4, -1],
    [1, 0.78, 1],
    [1.5, 0.5, -1],
    [2, 0.6, 1],
    [2.5, 0.55, -1],
    [3, 0.8, 1],
    [3.5, 0.62, -1],
  ],
  [
    [0, 0.9, 1],
    [2, 0.7, 1],
    [3.5, 0.4, -1],
  ],
] as const;

/** Strings follow each other by a few milliseconds, upwards on off-beats with the higher strings only. */
function strum({ notes, span, at, level, energy, beatsPerBar }: RolledBar, random: Random): void {
  const strings = [...span.pitches, (span.pitches[0] ?? 60) + 12];
  const bar = Math.floor((span.beat + at) / beatsPerBar + 0.01);
  const pattern = energy < 0.4 ? STRUMS[2] : energy > 0.8 || bar % 4 === 3 ? STRUMS[1] : STRUMS[0];
  for (const [beat, velocity, way] of pattern) {
    if (beat >= beatsPerBar || at + beat > span.beats - 0.05 || (beat > 0 && random.chance(0.06))) continue;
    const played = way > 0 ? strings : strings.slice(-3).reverse();
    for (const [index, pitch] of played.entries()) {
      const offset = at + beat + index * 0.022;
      notes.push({
        beat: span.beat + offset,
        beats: Math.max(0.1, Math.min(1.1, span.beats - offset)),
        pitch,
        velocity: velocity * level * (way > 0 ? 1 : 0.85),
      });
    }
  }
}

/** The piano's figure in octaves against the clave: two bars of off-beats, once on the one. */
const MONTUNO = [
  [
    [0, 0],
    [0.5, 3],
    [1.5, 1],
    [2, 2],
    [2.5, 3],
    [3.5, 1],
  ],
  [
    [0.5, 3],
    [1.5, 2],
    [2, 1],
    [2.5, 3],
    [3, 1],
    [3.5, 2],
  ],
] as const;

function montuno({ notes, span, at, level, energy, beatsPerBar }: RolledBar): void {
  const bar = Math.floor((span.beat + at) / beatsPerBar + 0.01);
  for (const [beat, place] of MONTUNO[bar % 2 === 0 ? 0 : 1]) {
    if (at + beat > span.beats - 0.05) continue;
    const pitch = place < span.pitches.length ? (span.pitches[place] ?? 60) : (span.pitches[0] ?? 60) + 12;
    const octaves = energy > 0.45 ? [pitch, pitch + 12] : [pitch];
    for (const one of octaves)
      notes.push({
        beat: span.beat + at + beat,
        beats: Math.min(0.42, span.beats - at - beat),
        pitch: one,
        velocity: level * (place === 0 || place === 3 ? 0.92 : 0.76),
      });
  }
}

/** Runs up and down the chord in sixteenths or eighths, an octave above the chords. */
export function writeArpeggio(spans: readonly VoicedSpan[], energy: number, slow: boolean): BeatNote[] {
  const step = slow ? 1 : energy > 0.7 ? 0.25 : 0.5;
  const notes: BeatNote[] = [];
  let index = 0;
  for (const [at, span] of spans.entries()) {
    const ladder = [...span.pitches.slice(0, 4), (span.pitches[0] ?? 60) + 12].map((pitch) => pitch + 12);
    const back = ladder.slice(1, -1).reverse();
    // Up and down, then only up, then from above: by turns, so that the figure does not wear out.
    const cycle = at % 4 === 3 ? [...ladder, ...ladder] : at % 4 === 2 ? [...ladder].reverse() : [...ladder, ...back];
    for (let offset = 0; offset < span.beats - 0.05; offset += step, index++) {
      notes.push({
        beat: span.beat + offset,
        beats: step * 0.9,
        pitch: cycle[index % cycle.length] ?? 72,
        velocity: (0.4 + 0.25 * energy) * (index % 4 === 0 ? 1 : 0.78),
      });
    }
  }
  return notes;
}
