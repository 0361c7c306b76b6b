import type { Random } from '../random.js';
import type { CompStyle } from './family.js';
import { type ChordSpan, voiceChord } from './harmony.js';
import type { BeatNote } from './score.js';

/** Chords with their voicings, led smoothly from one to the next. */
export interface VoicedSpan extends ChordSpan {
  pitches: readonly number[];
}

/** Chooses the voicings of a section between two pitches. */
export function voiceSpans(spans: readonly ChordSpan[], low: number, high: number): VoicedSpan[] {
  let before: readonly number[] = [];
  return spans.map((span) => {
    const pitches = voiceChord(span.chord, before, low, high);
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

/** Accompanies a section in the manner of its style. */
export function writeComping(
  style: CompStyle,
  spans: readonly VoicedSpan[],
  energy: number,
  random: Random,
): BeatNote[] {
  return spans.flatMap((span) => playSpan(style, span, energy, random));
}

function playSpan(style: CompStyle, span: VoicedSpan, energy: number, random: Random): BeatNote[] {
  const notes: BeatNote[] = [];
  const level = 0.5 + 0.3 * energy;
  const chord = (offset: number, beats: number, velocity: number, pitches: readonly number[] = span.pitches) => {
    if (offset > span.beats - 0.05) return;
    for (const pitch of pitches)
      notes.push({
        beat: span.beat + offset,
        beats: Math.min(beats, span.beats - offset),
        pitch,
        velocity: velocity * level,
      });
  };
  const bars = Math.max(1, Math.ceil(span.beats / 4 - 0.01));
  for (let bar = 0; bar < bars; bar++) {
    const at = bar * 4;
    switch (style) {
      case 'hold':
        chord(at, 3.9, 0.8);
        break;
      case 'beats':
        beats(chord, at, energy);
        break;
      case 'offbeat':
        for (const beat of [0.5, 1.5, 2.5, 3.5]) chord(at + beat, 0.28, 0.85);
        if (random.chance(0.4)) chord(at + 3.75, 0.18, 0.6);
        break;
      case 'charleston':
        chord(at + (random.chance(0.2) ? 0.5 : 0), 0.9, 0.85);
        chord(at + 1.5, random.chance(0.4) ? 1.6 : 0.4, 0.75);
        if (random.chance(0.3)) chord(at + 3.5, 0.4, 0.6);
        break;
      case 'lazy':
        chord(at, 2.2, 0.85);
        if (random.chance(0.7)) chord(at + 2.5, 1.3, 0.65, span.pitches.slice(1));
        break;
      case 'pulse':
        for (let beat = 0; beat < 4; beat += 0.5)
          chord(
            at + beat,
            energy > 0.7 ? 0.48 : 0.3,
            beat % 1 === 0 ? 0.9 : 0.7,
            span.pitches.slice(0, energy > 0.5 ? 3 : 2),
          );
        break;
      case 'strum':
        strum(notes, span, at, level, random);
        break;
      case 'broken':
        broken(notes, span, at, level, 0.5);
        break;
      case 'ostinato':
        broken(notes, span, at, level, energy > 0.7 ? 0.25 : 0.5);
        break;
    }
  }
  return notes;
}

function beats(chord: (offset: number, beats: number, velocity: number) => void, at: number, energy: number): void {
  if (energy < 0.45) return chord(at, 3.8, 0.8);
  if (energy < 0.72) {
    chord(at, 1.4, 0.85);
    chord(at + 1.5, 0.45, 0.6);
    return chord(at + 2, 1.8, 0.75);
  }
  for (const [beat, velocity] of [
    [0, 0.9],
    [1, 0.7],
    [2, 0.85],
    [2.5, 0.55],
    [3, 0.7],
  ] as const)
    chord(at + beat, 0.85, velocity);
}

/** Strings follow each other by a few milliseconds, upwards on off-beats with the higher strings only. */
function strum(notes: BeatNote[], span: VoicedSpan, at: number, level: number, random: Random): void {
  const strings = [...span.pitches, (span.pitches[0] ?? 60) + 12];
  const pattern = [
    [0, 1, 1],
    [1, 0.75, 1],
    [1.5, 0.5, -1],
    [2.5, 0.55, -1],
    [3, 0.8, 1],
    [3.5, 0.5, -1],
  ] as const;
  for (const [beat, velocity, way] of pattern) {
    if (at + beat > span.beats - 0.05 || random.chance(0.06)) continue;
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

/** One tone after the other: low, high, middle, high. */
function broken(notes: BeatNote[], span: VoicedSpan, at: number, level: number, step: number): void {
  const { pitches } = span;
  const top = pitches.length - 1;
  const order = step < 0.5 ? [0, 0, top, 0, 1, 0, top, 1] : [0, top, 1, top];
  for (let beat = 0, i = 0; beat < 4; beat += step, i++) {
    if (at + beat > span.beats - 0.05) break;
    const pitch = pitches[order[i % order.length] ?? 0] ?? 60;
    notes.push({
      beat: span.beat + at + beat,
      beats: step * (step < 0.5 ? 0.8 : 1.6),
      pitch,
      velocity: level * (i % 4 === 0 ? 0.95 : 0.7),
    });
  }
}

/** Runs up and down the chord in sixteenths or eighths, an octave above the chords. */
export function writeArpeggio(spans: readonly VoicedSpan[], energy: number, slow: boolean): BeatNote[] {
  const step = slow ? 1 : energy > 0.7 ? 0.25 : 0.5;
  const notes: BeatNote[] = [];
  let index = 0;
  for (const span of spans) {
    const ladder = [...span.pitches.slice(0, 4), (span.pitches[0] ?? 60) + 12].map((pitch) => pitch + 12);
    const cycle = [...ladder, ...ladder.slice(1, -1).reverse()];
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
