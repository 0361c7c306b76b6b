import { type Key, MODES, type Mode, mod, PITCH_NAMES } from './scales.js';

/** A chord as pitch classes: root, third (or fourth), fifth and, as the style wants, seventh and ninth. */
export interface Chord {
  name: string;
  root: number;
  tones: readonly number[];
}

/** A chord in its place, in beats from the start of the section. */
export interface ChordSpan {
  beat: number;
  beats: number;
  chord: Chord;
}

const OVERRIDES: Record<string, { third: number; fifth: number; seventh: number }> = {
  d: { third: 4, fifth: 7, seventh: 10 },
  m: { third: 3, fifth: 7, seventh: 10 },
  M: { third: 4, fifth: 7, seventh: 11 },
  s: { third: 5, fifth: 7, seventh: 10 },
};

/** Degrees whose own triad is diminished and would limp in a loop, and what players take in their place. */
const STAND_INS: Readonly<Partial<Record<Mode, Readonly<Record<string, string>>>>> = {
  dorian: { '6': 'b6' },
  lydian: { '4': '2' },
  mixolydian: { '3': '3m' },
  phrygian: { '5': '5m' },
};

/**
 * Reads one token of a progression: `b` lowers the root by a semitone, a digit 1–7 names the degree, and a last
 * letter overrides the chord of the scale: `d` dominant seventh, `m` minor, `M` major, `s` suspended fourth.
 *
 * @param size how many tones: 3 triad, 4 with the seventh, 5 with the ninth. A dominant always has its seventh.
 */
export function chordOf(token: string, key: Key, size: number): Chord {
  const parts = /^(b?)([1-7])([dmMs]?)$/.exec(STAND_INS[key.mode]?.[token] ?? token);
  const degree = Number(parts?.[2] ?? 1) - 1;
  const scale = MODES[key.mode];
  const at = (steps: number) => (scale[mod(degree + steps, 7)] ?? 0) + 12 * Math.floor((degree + steps) / 7);
  // A mode that has the low tone already keeps it: bVII in mixolydian is its own seventh.
  const lowered = parts?.[1] === 'b' && at(0) === MODES.major[degree] ? 1 : 0;
  const rootStep = at(0) - lowered;
  // A lowered root carries a major chord (bVII, bVI of the parallel minor).
  const override = OVERRIDES[parts?.[3] ?? ''] ?? (lowered ? OVERRIDES['M'] : undefined);
  const intervals = override
    ? [0, override.third, override.fifth, override.seventh]
    : [0, at(2) - at(0), at(4) - at(0), at(6) - at(0)];
  const ninth = mod(at(1) - rootStep, 12) === 1 ? 14 : at(1) - rootStep + 12;
  const count = parts?.[3] === 'd' ? Math.max(4, size) : size;
  const root = mod(key.tonic + rootStep, 12);
  const tones = [...intervals, ninth].slice(0, count).map((interval) => mod(root + interval, 12));
  return { name: chordName(root, intervals, count), root, tones };
}

function chordName(root: number, intervals: readonly number[], size: number): string {
  const [, third = 4, fifth = 7, seventh = 11] = intervals;
  const quality = third === 3 ? (fifth === 6 ? 'dim' : 'm') : third === 5 ? 'sus4' : fifth === 6 ? '(b5)' : '';
  const number = size >= 5 ? '9' : '7';
  const extension = size < 4 ? '' : seventh === 11 ? `maj${number}` : number;
  return `${PITCH_NAMES[root] ?? 'C'}${quality}${extension}`;
}

/**
 * Lays a progression over a section, one chord for each span of `chordBeats`, repeated as long as needed, and ends it
 * with a cadence.
 *
 * @param barStarts beats at which the bars begin; a chord never crosses into a bar that it does not begin.
 * @param ending tokens that replace the last chords, if there is room for something before them.
 */
export function layChords(
  tokens: readonly string[],
  key: Key,
  size: number,
  grid: { barStarts: readonly number[]; totalBeats: number; chordBeats: number },
  ending: readonly string[],
): ChordSpan[] {
  const starts = chordStarts(grid);
  const keep = starts.length > ending.length ? ending : ending.slice(-Math.max(0, starts.length - 1));
  return starts.map((beat, index) => {
    const fromEnd = starts.length - index;
    const own = tokens[index % tokens.length];
    // A chord that would only anticipate the cadence makes way for the subdominant.
    const before = fromEnd === keep.length + 1 && own === keep[0] && keep[0] !== '1' ? '4' : own;
    const token = fromEnd <= keep.length ? keep[keep.length - fromEnd] : before;
    return { beat, beats: (starts[index + 1] ?? grid.totalBeats) - beat, chord: chordOf(token ?? '1', key, size) };
  });
}

function chordStarts(grid: { barStarts: readonly number[]; totalBeats: number; chordBeats: number }): number[] {
  const starts: number[] = [];
  for (const [bar, start] of grid.barStarts.entries()) {
    const end = grid.barStarts[bar + 1] ?? grid.totalBeats;
    const last = starts.at(-1);
    if (last !== undefined && start - last < grid.chordBeats - 0.01) continue;
    for (let beat = start; beat < end - 0.01; beat += grid.chordBeats) starts.push(beat);
  }
  return starts;
}

/** The chord that sounds at a beat. */
export function chordAt(spans: readonly ChordSpan[], beat: number): Chord {
  let found = spans[0]?.chord ?? { name: 'C', root: 0, tones: [0, 4, 7] };
  for (const span of spans) {
    if (span.beat > beat + 0.01) break;
    found = span.chord;
  }
  return found;
}

/**
 * Places a chord's tones between two pitches so that the hand moves least from the voicing before: all inversions are
 * tried, and a small price keeps them near the middle.
 */
export function voiceChord(chord: Chord, before: readonly number[], low: number, high: number): number[] {
  const middle = (low + high) / 2;
  let best: number[] = [];
  let bestCost = Number.POSITIVE_INFINITY;
  for (let bottom = low; bottom < low + 12; bottom++) {
    if (!chord.tones.includes(mod(bottom, 12))) continue;
    const voicing = [bottom];
    for (let pitch = bottom + 1; pitch <= high && voicing.length < chord.tones.length; pitch++) {
      if (chord.tones.includes(mod(pitch, 12))) voicing.push(pitch);
    }
    const centre = voicing.reduce((sum, pitch) => sum + pitch, 0) / voicing.length;
    const moved = voicing.reduce((sum, pitch, i) => sum + Math.abs(pitch - (before[i] ?? pitch)), 0);
    const missing = chord.tones.length - voicing.length;
    const cost = moved + 0.5 * Math.abs(centre - middle) + 20 * missing;
    if (cost < bestCost) [best, bestCost] = [voicing, cost];
  }
  return best;
}

/** Tokens that end a section: the whole song closes on the tonic, a section in the middle leans on the dominant. */
export function cadence(
  kind: 'authentic' | 'plagal' | 'none',
  key: Key,
  size: number,
  closes: boolean,
): readonly string[] {
  // Only the major and lydian modes have the leading note that makes the fifth degree a dominant.
  const dominant = MODES[key.mode][6] === 11 ? '5' : size >= 4 ? '5d' : '5M';
  if (closes) return kind === 'authentic' ? [dominant, '1'] : kind === 'plagal' ? ['4', '1'] : ['1'];
  return kind === 'authentic' ? [dominant] : kind === 'plagal' ? ['5s'] : [];
}
