import type { CompositionPlan, Json } from '@rendercast/protocol';
import type { Arrangement } from './compose/arrange.js';
import { keyName, MODES, PITCH_NAMES } from './compose/scales.js';
import { SAMPLE_RATE } from './compose/timeline.js';
import { MP3_KBPS } from './encode/encoder.js';
import type { Id3Fields } from './encode/id3.js';
import { wellFormed } from './plan/well-formed.js';
import type { SongOrder } from './song-order.js';

/** What the finished samples measure. */
export interface Measured {
  loudnessLufs: number;
  peakDbfs: number;
}

/** The name of a song whose plan has none. */
function songTitle(plan: CompositionPlan): string {
  const title = wellFormed(plan.title ?? '')
    .replace(/\s+/gu, ' ')
    .trim();
  return title === '' ? 'Song' : title;
}

/** A file name for people: the title without what file systems refuse, at most 80 characters, never hidden. */
export function fileName(plan: CompositionPlan, ending: string): string {
  const name = songTitle(plan)
    .replace(/[\\/:*?"<>|\p{C}]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/^\.+|\.+$/gu, '');
  const short = [...name].slice(0, 80).join('').trim();
  return `${short === '' ? 'song' : short}${ending}`;
}

/** What the tag at the head of the file says. */
export function tagsOf(plan: CompositionPlan, { direction, timeline }: Arrangement): Id3Fields {
  const { key, family, sections } = direction;
  return {
    title: songTitle(plan),
    genre: family.title,
    tempoBpm: timeline.tempoBpm,
    key: `${PITCH_NAMES[key.tonic] ?? 'C'}${MODES[key.mode][2] === 3 ? 'm' : ''}`,
    lyrics: sections.flatMap((section) => section.lines).join('\n'),
  };
}

/** Everything that the song was really made with, for its artifact. */
export function describeSong(order: SongOrder, arrangement: Arrangement, measured: Measured): Record<string, Json> {
  const { direction, timeline, chords, score } = arrangement;
  const instruments: Record<string, Json> = {};
  for (const part of new Set(score.notes.map((note) => note.part))) instruments[part] = score.instruments[part] ?? null;
  if (score.hits.length > 0) instruments['drums'] = score.kit;
  const ms = (sample: number) => Math.round((sample * 1000) / SAMPLE_RATE);
  return {
    engine: 'embedded-music',
    seed: order.seed,
    title: songTitle(order.plan),
    style: direction.familyName,
    ...(direction.flavour === null ? {} : { flavour: direction.flavour }),
    reading: {
      styleFrom: direction.reading.styleFrom,
      taken: direction.reading.taken.map((one) => ({ ...one })),
      unknown: [...direction.reading.unknown],
    },
    tempoBpm: rounded(timeline.tempoBpm),
    beatsPerBar: timeline.beatsPerBar,
    key: keyName(direction.key),
    instruments,
    sections: direction.sections.map((section, index) => {
      const grid = timeline.grids[index];
      return {
        name: section.name,
        role: section.role,
        energy: rounded(section.energy),
        startMs: ms(grid?.startSample ?? 0),
        endMs: ms(grid?.endSample ?? 0),
        bars: grid?.barStarts.length ?? 0,
        tempoBpm: rounded(grid?.tempoBpm ?? timeline.tempoBpm),
        without: [...section.removed],
        chords: (chords[index] ?? []).map((span) => span.chord.name),
      };
    }),
    lyrics: score.lyrics.map((line) => ({ ...line, words: line.words.map((word) => ({ ...word })) })),
    format: order.format,
    sampleRate: SAMPLE_RATE,
    channels: 2,
    ...(order.format === 'mp3' ? { bitrateKbps: MP3_KBPS } : {}),
    loudnessLufs: rounded(measured.loudnessLufs),
    peakDbfs: rounded(measured.peakDbfs),
    plan: planAsJson(order.plan),
  };
}

const rounded = (value: number) => Math.round(value * 100) / 100;

function planAsJson(plan: CompositionPlan): Json {
  return {
    ...(plan.title === undefined ? {} : { title: plan.title }),
    positiveStyles: plan.positiveStyles,
    negativeStyles: plan.negativeStyles,
    sections: plan.sections.map((section) => ({ ...section })),
  };
}
