import type { FamilyName } from '../compose/families.js';

/** A section of a form: its name, its share of the song, and what is particular about it. */
export interface FormPart {
  name: string;
  share: number;
  styles?: readonly string[];
}

export type Form = readonly FormPart[];

/** Reads "Intro .5, Verse, Chorus 1.2 full": name, share (1 where none stands), and a style. */
function form(text: string): Form {
  return text.split(', ').map((part) => {
    const [, name = 'Theme', share, style] = /^(\D+?)(?: (\d*\.?\d+))?(?: (\w+))?$/.exec(part) ?? [];
    return {
      name,
      share: share === undefined ? 1 : Number(share),
      ...(style === undefined ? {} : { styles: [style] }),
    };
  });
}

/** Forms by their number of sections; the seed draws one of a row. */
const SONG: readonly (readonly Form[])[] = [
  [form('Chorus')],
  [form('Verse, Chorus 1'), form('Intro .5, Chorus 1')],
  [form('Intro .6, Verse, Chorus 1.2')],
  [form('Intro .5, Verse, Chorus 1.2, Outro .5')],
  [form('Intro .5, Verse, Chorus, Bridge .7, Chorus 1.2 full')],
  [
    form('Intro .5, Verse, Chorus, Bridge .7, Chorus, Outro .5'),
    form('Intro .5, Verse, Chorus, Verse, Chorus, Outro .5'),
  ],
  [form('Intro .5, Verse, Pre-Chorus .5, Chorus, Bridge .7, Chorus 1.2 full, Outro .5')],
  [
    form('Intro .5, Verse, Chorus, Verse, Chorus, Bridge .8, Chorus 1.2 full, Outro .5'),
    form('Intro .5, Verse, Chorus, Verse, Chorus, Solo .8, Chorus 1.2 full, Outro .5'),
  ],
  [form('Intro .5, Verse, Pre-Chorus .5, Chorus, Verse, Chorus, Bridge .8, Chorus 1.2 full, Outro .5')],
  [form('Intro .5, Verse, Pre-Chorus .5, Chorus, Verse, Pre-Chorus .5, Chorus, Solo .8, Chorus 1.2 full, Outro .5')],
  [
    form(
      'Intro .5, Verse, Pre-Chorus .5, Chorus, Verse, Pre-Chorus .5, Chorus, Solo .8, Bridge .8, Chorus 1.2 full, Outro .5',
    ),
  ],
];

const CLUB: readonly (readonly Form[])[] = [
  [form('Drop')],
  [form('Build .8, Drop 1.2')],
  [form('Intro .8, Build .6, Drop 1.4')],
  [form('Intro .8, Build .6, Drop 1.4, Outro .7')],
  [form('Intro .8, Build .5, Drop 1.2, Breakdown .8, Drop 1.2')],
  [form('Intro .8, Build .5, Drop 1.2, Breakdown .7, Drop 1.2, Outro .7')],
  [form('Intro .8, Verse .8, Build .5, Drop 1.2, Breakdown .8, Drop 1.2, Outro .8')],
  [form('Intro .8, Verse .8, Build .5, Drop 1.2, Breakdown .8, Build .5, Drop 1.3, Outro .8')],
  [form('Intro .8, Verse .8, Build .5, Drop 1.2, Breakdown .8, Verse .8, Build .5, Drop 1.3, Outro .8')],
  [form('Intro .8, Verse .8, Build .5, Drop 1.2, Interlude .6, Verse .8, Breakdown .8, Build .5, Drop 1.4, Outro .8')],
];

const DRIFT: readonly (readonly Form[])[] = [
  [form('Theme')],
  [form('Opening .8, Theme 1.2')],
  [form('Opening .8, Theme 1.2, Fading .8')],
  [form('Opening .7, Verse, Theme 1.2, Fading .8')],
  [form('Opening .7, Theme, Interlude .7, Theme 1.2, Fading .7')],
  [form('Opening .7, Verse, Theme 1.2, Interlude .8, Theme 1.2, Fading .8')],
  [form('Opening .7, Verse, Theme 1.2, Interlude .8, Verse, Theme 1.2, Fading .8')],
  [form('Opening .7, Verse, Theme 1.2, Interlude .8, Verse, Bridge .8, Theme 1.3 full, Fading .8')],
];

const SCREEN: readonly (readonly Form[])[] = [
  [form('Theme')],
  [form('Opening .8, Theme 1.2')],
  [form('Opening .7, Build .8, Theme 1.2')],
  [form('Opening .7, Verse, Build .6, Climax 1.2')],
  [form('Opening .7, Verse, Build .6, Climax 1.2, Fading .6')],
  [form('Opening .7, Verse, Theme, Build .6, Climax 1.2, Fading .6')],
  [form('Opening .7, Verse, Theme, Interlude .6, Build .6, Climax 1.2, Fading .6')],
  [form('Opening .7, Verse, Theme, Bridge .8, Theme, Build .6, Climax 1.2, Fading .6')],
];

/** A theme, others who improvise on its chords, and the theme again. */
const HEAD: readonly (readonly Form[])[] = [
  [form('Theme')],
  [form('Intro .4, Theme')],
  [form('Intro .4, Theme, Solo')],
  [form('Intro .4, Theme, Solo, Theme')],
  [form('Intro .4, Theme, Solo, Theme, Outro .4')],
  [form('Intro .4, Theme, Solo, Bridge .8, Theme, Outro .4')],
  [form('Intro .4, Theme, Solo, Bridge .8, Solo, Theme, Outro .4')],
  [form('Intro .4, Theme, Verse, Solo, Bridge .8, Solo, Theme, Outro .4')],
];

const FORMS: Partial<Record<FamilyName, readonly (readonly Form[])[]>> = {
  house: CLUB,
  techno: CLUB,
  ambient: DRIFT,
  classical: DRIFT,
  cinematic: SCREEN,
  jazz: HEAD,
};

/** From how long on their sections a form of more than eight is wanted. */
const MANY_FROM_MS = 24_000;

/** Shortest section worth a name of its own: longer in longer songs, so that each has room for a phrase or two. */
const shortestMs = (lengthMs: number) => Math.min(12_000, Math.max(6_000, 3_000 + 0.14 * lengthMs));

/**
 * The form of a song: as many sections as its length has room for.
 *
 * @param pick draws one of a row: a number in [0, 1)
 */
export function formFor(family: FamilyName, lengthMs: number, hasLyrics: boolean, pick: number): Form {
  // Words are sung in verses and choruses, whatever the style.
  const rows = hasLyrics && (FORMS[family] === HEAD || FORMS[family] === SCREEN) ? SONG : (FORMS[family] ?? SONG);
  const fits = (sections: number) => lengthMs / sections >= (sections > 8 ? MANY_FROM_MS : shortestMs(lengthMs));
  const row = rows.filter((forms) => fits(forms[0]?.length ?? 1)).at(-1) ?? rows[0] ?? [];
  return row[Math.floor(pick * row.length)] ?? [{ name: 'Theme', share: 1 }];
}
