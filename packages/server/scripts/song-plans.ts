import type { CompositionPlan } from '@rendercast/protocol';

type ShortSection = readonly [name: string, seconds: number, lines?: readonly string[]];

const plan = (title: string, styles: readonly string[], sections: readonly ShortSection[]): CompositionPlan => ({
  title,
  positiveStyles: [...styles],
  negativeStyles: [],
  sections: sections.map(([name, seconds, lines = []]) => ({
    name,
    durationMs: seconds * 1000,
    positiveStyles: [],
    negativeStyles: [],
    lines: [...lines],
  })),
});

/** Twelve songs, one for each style that is cared for: always the same, so that two versions can be compared by ear. */
export const SONG_PLANS: readonly CompositionPlan[] = [
  plan(
    'Tide Pools',
    ['ambient', 'floating'],
    [
      ['Opening', 14],
      ['Theme', 20],
      ['Closing', 14],
    ],
  ),
  plan(
    'Paper Kites',
    ['pop', 'uplifting'],
    [
      ['Intro', 7],
      ['Verse', 14, ['Paper kites above the avenue', 'Every string is leading back to you']],
      ['Chorus', 14, ['We are lighter than the summer air', 'Let it carry us anywhere']],
      ['Bridge', 8],
      ['Chorus', 14, ['We are lighter than the summer air', 'Let it carry us anywhere']],
      ['Outro', 7],
    ],
  ),
  plan(
    'Gravel Road',
    ['rock', 'driving'],
    [
      ['Intro', 6],
      ['Verse', 14],
      ['Chorus', 14],
      ['Solo', 10],
      ['Chorus', 12],
      ['Outro', 5],
    ],
  ),
  plan(
    'Rain on the Awning',
    ['lo-fi', 'cozy'],
    [
      ['Intro', 8],
      ['Verse', 18],
      ['Chorus', 18],
      ['Outro', 8],
    ],
  ),
  plan(
    'Rooftop at Four',
    ['deep house', '122 bpm'],
    [
      ['Intro', 8],
      ['Build', 8],
      ['Drop', 24],
      ['Breakdown', 8],
      ['Drop', 16],
      ['Outro', 8],
    ],
  ),
  plan(
    'Turbine Hall',
    ['techno', 'hypnotic', '132 bpm'],
    [
      ['Intro', 8],
      ['Drop', 22],
      ['Breakdown', 10],
      ['Build', 8],
      ['Drop', 16],
    ],
  ),
  plan(
    'Last Tram Home',
    ['jazz', 'smoky', 'piano'],
    [
      ['Intro', 6],
      ['Theme', 18],
      ['Solo', 18],
      ['Theme', 14],
      ['Outro', 5],
    ],
  ),
  plan(
    'Minuet for a Window',
    ['classical', 'elegant'],
    [
      ['Exposition', 20],
      ['Development', 18],
      ['Recapitulation', 18],
    ],
  ),
  plan(
    'Harbour Lights',
    ['folk', 'acoustic'],
    [
      ['Intro', 6],
      ['Verse', 16, ['Harbour lights are burning low', 'Sailors sing a song I know']],
      ['Chorus', 14, ['Row me home, row me home']],
      ['Verse', 14],
      ['Outro', 6],
    ],
  ),
  plan(
    'The Long Climb',
    ['cinematic', 'epic', 'heroic'],
    [
      ['Intro', 10],
      ['Build', 14],
      ['Climax', 18],
      ['Resolution', 12],
    ],
  ),
  plan(
    'Corner Store',
    ['hip-hop', 'boom bap'],
    [
      ['Intro', 6],
      ['Verse', 20],
      ['Hook', 14],
      ['Verse', 14],
      ['Outro', 6],
    ],
  ),
  plan(
    'Plaza del Sol',
    ['latin', 'salsa', 'festive'],
    [
      ['Intro', 6],
      ['Verse', 16],
      ['Montuno', 18],
      ['Chorus', 14],
      ['Outro', 6],
    ],
  ),
];
