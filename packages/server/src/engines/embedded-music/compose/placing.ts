import { createRandom } from '../random.js';
import type { Direction } from './direction.js';
import type { BeatLine } from './lyric-melody.js';
import type { BeatHit, BeatNote, Hit, Note, Part, Score, TimedLine } from './score.js';
import { SAMPLE_RATE, swung, type Timeline } from './timeline.js';

/** Collects what is written per section, in beats, and puts it in its place, in samples. */
export interface Placer {
  notes(section: number, part: Part, notes: readonly BeatNote[]): void;
  hits(section: number, hits: readonly BeatHit[]): void;
  lines(section: number, lines: readonly BeatLine[]): void;
  finish(frame: Omit<Score, 'notes' | 'hits' | 'lyrics'>): Score;
}

/** Makes the placer of one song. Swing and human timing are added here and nowhere else. */
export function createPlacer(direction: Direction, timeline: Timeline, seed: number): Placer {
  const { swing, humanMs } = direction.family;
  const timing = createRandom(seed, 'timing');
  const placedNotes: Note[] = [];
  const placedHits: Hit[] = [];
  const placedLines: TimedLine[] = [];

  const sampleOf = (section: number, beat: number): number => {
    const grid = timeline.grids[section];
    return grid ? grid.startSample + Math.round(swung(beat, swing) * grid.samplesPerBeat) : 0;
  };
  const clamp = (sample: number) => Math.max(0, Math.min(timeline.totalSamples - 1, sample));
  const human = (share: number) => Math.round((timing.normal() * humanMs * share * SAMPLE_RATE) / 1000);

  return {
    notes(section, part, notes) {
      for (const { beat, beats, pitch, velocity, vowel } of notes) {
        const startSample = clamp(sampleOf(section, beat) + human(1));
        const lengthSamples = Math.max(882, sampleOf(section, beat + beats) - sampleOf(section, beat));
        const shaded = Math.min(1, Math.max(0.05, velocity * (1 + 0.05 * timing.normal())));
        placedNotes.push({ part, startSample, lengthSamples, pitch, velocity: shaded, ...(vowel ? { vowel } : {}) });
      }
    },
    hits(section, hits) {
      for (const { beat, sound, velocity } of hits) {
        // Drums hold the time: they waver half as much as the players around them.
        placedHits.push({ startSample: clamp(sampleOf(section, beat) + human(0.5)), sound, velocity });
      }
    },
    lines(section, lines) {
      for (const line of lines) {
        const ms = (beat: number) => Math.round((sampleOf(section, beat) * 1000) / SAMPLE_RATE);
        placedLines.push({ section, text: line.text, startMs: ms(line.beat), endMs: ms(line.endBeat), words: [] });
      }
    },
    finish: (frame) => ({
      ...frame,
      notes: placedNotes.sort((a, b) => a.startSample - b.startSample),
      hits: placedHits.sort((a, b) => a.startSample - b.startSample),
      lyrics: placedLines,
    }),
  };
}
