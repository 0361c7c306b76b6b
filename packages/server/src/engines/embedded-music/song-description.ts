import type { CompositionPlan, Json } from '@rendercast/protocol';
import { packRecipe } from '@rendercast/protocol/recipe/recipe';
import type { Arrangement } from './compose/arrange.js';
import { keyName, MODES, PITCH_NAMES } from './compose/scales.js';
import { SAMPLE_RATE } from './compose/timeline.js';
import { MP3_KBPS } from './encode/mp3-info-frame.js';
import type { SongTags } from './encode/song-tags.js';
import type { Measured } from './master/master.js';
import { wellFormed } from './plan/well-formed.js';
import type { SongOrder } from './song-order.js';

/** Characters of style words that a tag takes. */
const MOST_STYLE_CHARS = 500;

/** The name of a song whose plan has none. */
function songTitle(plan: CompositionPlan): string {
  const title = wellFormed(plan.title ?? '')
    .replace(/[\s\0]+/gu, ' ')
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

/** What the file says about its song. It stands before the music, so that only what is known before it can be told. */
export function tagsOf(order: SongOrder, arrangement: Arrangement, cover: SongTags['cover']): SongTags {
  const { direction, timeline, score } = arrangement;
  const { key, family } = direction;
  return {
    title: songTitle(order.plan),
    genre: family.title,
    styles: wellFormed(order.plan.positiveStyles.join(', ')).replaceAll('\0', ' ').slice(0, MOST_STYLE_CHARS),
    tempoBpm: timeline.tempoBpm,
    key: `${PITCH_NAMES[key.tonic] ?? 'C'}${MODES[key.mode][2] === 3 ? 'm' : ''}`,
    lyrics: score.lyrics.map(({ text, startMs }) => ({ text: wellFormed(text), startMs })),
    recipe: packRecipe({ kind: 'music', request: order.request, parameters: usedFor(order, arrangement) }),
    cover,
  };
}

/** Everything that the song was really made with, for its artifact. */
export function describeSong(order: SongOrder, arrangement: Arrangement, measured: Measured): Record<string, Json> {
  const { score } = arrangement;
  return {
    ...usedFor(order, arrangement),
    lyrics: score.lyrics.map((line) => ({ ...line, words: line.words.map((word) => ({ ...word })) })),
    format: order.format,
    sampleRate: SAMPLE_RATE,
    channels: 2,
    ...(order.format === 'mp3' ? { bitrateKbps: MP3_KBPS } : {}),
    loudnessLufs: rounded(measured.loudnessLufs),
    truePeakDbfs: rounded(measured.truePeakDbfs),
    plan: planAsJson(order.plan),
  };
}

/** What was decided before the first sample. */
function usedFor(order: SongOrder, { direction, timeline, chords, score }: Arrangement): Record<string, Json> {
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
