import type { Direction } from './direction.js';
import type { BeatLine } from './lyric-melody.js';
import type { BeatHit, BeatNote, Hit, Note, Part, Score, TimedLine } from './score.js';
import { SAMPLE_RATE, swung, type Timeline } from './timeline.js';
import { backbeatLateMs, createTouch } from './touch.js';

/** Collects what is written per section, in beats, and puts it in its place, in samples. */
export interface Placer {
  notes(section: number, part: Part, notes: readonly BeatNote[]): void;
  hits(section: number, hits: readonly BeatHit[]): void;
  lines(section: number, lines: readonly BeatLine[]): void;
  finish(frame: Omit<Score, 'notes' | 'hits' | 'lyrics'>): Score;
}

/** Shortest note: 20 ms. */
const SHORTEST_SAMPLES = 882;

/** Makes the placer of one song. Swing and human timing are added here and nowhere else. */
export function createPlacer(direction: Direction, timeline: Timeline, seed: number): Placer {
  const { swing } = direction.family;
  const placedNotes: Note[] = [];
  const placedHits: Hit[] = [];
  const placedLines: TimedLine[] = [];

  const sampleOf = (section: number, beat: number): number => {
    const grid = timeline.grids[section];
    return grid ? grid.startSample + Math.round(swung(beat, swing) * grid.samplesPerBeat) : 0;
  };
  const clamp = (sample: number) => Math.max(0, Math.min(timeline.totalSamples - 1, sample));
  const inBar = (beat: number) => beat % timeline.beatsPerBar;
  const samples = (ms: number) => Math.round((ms * SAMPLE_RATE) / 1000);

  return {
    notes(section, part, notes) {
      const touch = createTouch(direction.family, part, seed, section);
      for (const { beat, beats, pitch, velocity, vowel } of [...notes].sort(
        (a, b) => a.beat - b.beat || a.pitch - b.pitch,
      )) {
        const { shiftMs, factor } = touch.at(beat, inBar(beat));
        const startSample = clamp(sampleOf(section, beat) + samples(shiftMs));
        const wanted = sampleOf(section, beat + beats) - sampleOf(section, beat);
        // Nothing is held beyond the end of the song.
        const lengthSamples = Math.max(
          Math.min(SHORTEST_SAMPLES, timeline.totalSamples - startSample),
          Math.min(wanted, timeline.totalSamples - startSample),
        );
        const shaded = Math.min(1, Math.max(0.05, velocity * factor));
        placedNotes.push({ part, startSample, lengthSamples, pitch, velocity: shaded, ...(vowel ? { vowel } : {}) });
      }
    },
    hits(section, hits) {
      const touch = createTouch(direction.family, 'drums', seed, section);
      for (const { beat, sound, velocity } of [...hits].sort((a, b) => a.beat - b.beat)) {
        const { shiftMs, factor } = touch.at(beat, inBar(beat));
        const late = backbeatLateMs(direction.family, sound);
        const startSample = clamp(sampleOf(section, beat) + samples(shiftMs + late));
        placedHits.push({ startSample, sound, velocity: Math.min(1, Math.max(0.05, velocity * factor)) });
      }
    },
    lines(section, lines) {
      const grid = timeline.grids[section];
      const ms = (beat: number) =>
        Math.round((Math.min(sampleOf(section, beat), grid?.endSample ?? timeline.totalSamples) * 1000) / SAMPLE_RATE);
      for (const { text, beat, endBeat, words } of lines) {
        placedLines.push({
          section,
          text,
          startMs: ms(beat),
          endMs: ms(endBeat),
          words: words.map((word) => ({ text: word.text, startMs: ms(word.beat), endMs: ms(word.endBeat) })),
        });
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
