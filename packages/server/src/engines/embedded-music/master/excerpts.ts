import type { Note, Score } from '../compose/score.js';
import { SAMPLE_RATE } from '../compose/timeline.js';

/** A stretch of the song, in samples, and the seconds of it that stand for the whole stretch. */
export interface Excerpt {
  from: number;
  to: number;
  /** The music to be heard, of which the first `skip` samples only let the room fill. */
  score: Score;
  skip: number;
  /** Whether this is the whole song. */
  isWhole: boolean;
}

/** Songs up to this length are heard whole. */
const WHOLE_SECONDS = 8;
/** Longest stretch that one excerpt stands for, and longest excerpt. */
const STRETCH_SECONDS = 14;
const EXCERPT_SECONDS = 2.4;
const LEAST_SECONDS = 0.9;
/** Share of a long song that is heard in advance: what it costs in time. */
const SHARE = 0.16;
const SKIP_SECONDS = 0.7;

/**
 * Picks a few seconds out of every stretch of a song, so that its loudness is known before it is rendered.
 *
 * @param borders first samples of the sections.
 */
export function excerptsOf(score: Score, borders: readonly number[]): Excerpt[] {
  if (score.totalSamples <= WHOLE_SECONDS * SAMPLE_RATE)
    return [{ from: 0, to: score.totalSamples, score, skip: 0, isWhole: true }];
  // Half of the last fade is too soft to count.
  const end = score.totalSamples - Math.round(score.fadeSamples / 2);
  const stretches = stretchesOf(borders, end);
  const wanted = (SHARE * score.totalSamples) / stretches.length;
  const length = Math.max(LEAST_SECONDS * SAMPLE_RATE, Math.min(EXCERPT_SECONDS * SAMPLE_RATE, wanted));
  return stretches.map(({ from, to }) => {
    const size = Math.min(to - from, Math.round(length));
    const start = from + Math.floor((to - from - size) / 2);
    const skip = Math.min(start, Math.round(SKIP_SECONDS * SAMPLE_RATE));
    return { from, to, score: cut(score, start - skip, start + size), skip, isWhole: false };
  });
}

function stretchesOf(borders: readonly number[], end: number): { from: number; to: number }[] {
  const starts = borders.filter((border) => border < end);
  return starts.flatMap((start, index) => {
    const length = (starts[index + 1] ?? end) - start;
    const parts = Math.max(1, Math.ceil(length / (STRETCH_SECONDS * SAMPLE_RATE)));
    return Array.from({ length: parts }, (_, part) => ({
      from: start + Math.floor((length * part) / parts),
      to: start + Math.floor((length * (part + 1)) / parts),
    }));
  });
}

/** A part of a score as a score of its own. Notes that sound already at its start are struck there, a little softer. */
export function cut(score: Score, from: number, to: number): Score {
  const begun = score.levels.findLast((point) => point.sample <= from);
  return {
    ...score,
    totalSamples: to - from,
    barEnds: [],
    lyrics: [],
    fadeSamples: 0,
    notes: score.notes.flatMap((note) => cutNote(note, from, to)),
    hits: score.hits
      .filter((hit) => hit.startSample >= from && hit.startSample < to)
      .map((hit) => ({ ...hit, startSample: hit.startSample - from })),
    levels: [
      ...(begun === undefined ? [] : [{ sample: 0, gain: begun.gain }]),
      ...score.levels
        .filter((point) => point.sample > from && point.sample < to)
        .map((point) => ({ ...point, sample: point.sample - from })),
    ],
  };
}

function cutNote(note: Note, from: number, to: number): Note[] {
  const end = note.startSample + note.lengthSamples;
  if (note.startSample >= to || end <= from) return [];
  if (note.startSample >= from) return [{ ...note, startSample: note.startSample - from }];
  return [{ ...note, startSample: 0, lengthSamples: end - from, velocity: note.velocity * 0.8 }];
}
