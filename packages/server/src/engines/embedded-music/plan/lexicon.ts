import type { FamilyName } from '../compose/families.js';
import type { Mode } from '../compose/scales.js';
import type { InstrumentName } from '../compose/orchestra.js';

/** Words of a list, `_` for a space inside one. */
const list = (words: string): readonly string[] => words.split(/\s+/).map((word) => word.replaceAll('_', ' '));

/** Which words speak for which style; the first of each list are its own names and weigh double. */
export const FAMILY_WORDS: Readonly<Record<FamilyName, { names: readonly string[]; hints: readonly string[] }>> = {
  ambient: {
    names: list('ambient drone atmospheric soundscape new_age meditation meditative'),
    hints: list(
      'space spacey ethereal dreamy calm sleep floating ocean rain mist drift serene spa yoga zen relaxing healing ruhig tranquilo calme 环境 氛围 アンビエント',
    ),
  },
  pop: {
    names: list('pop k-pop j-pop indie_pop dance_pop synthpop synth_pop r_b rnb soul ballad'),
    hints: list('catchy radio summer love singalong teen uplifting happy fröhlich feliz joyeux 流行 ポップ'),
  },
  rock: {
    names: list('rock punk metal grunge hard_rock indie_rock alternative garage heavy_metal'),
    hints: list('guitar guitars distorted distortion electric_guitar riff band stadium angry loud raw 摇滚 ロック рок'),
  },
  house: {
    names: list('house deep_house disco edm dance tech_house electro funk garage_house trance'),
    hints: list('club party four_on_the_floor dancefloor groove ibiza festival beach 舞曲 ハウス'),
  },
  techno: {
    names: list('techno acid industrial minimal_techno hardstyle rave drum_and_bass dnb dubstep'),
    hints: list('warehouse dark_club machine hypnotic pulsing berlin cyberpunk 电子 テクノ техно'),
  },
  synthwave: {
    names: list('synthwave retrowave vaporwave outrun chiptune 8-bit 8_bit chillwave darksynth'),
    hints: list('80s eighties neon retro arcade analog synth synthesizer vhs video_game game'),
  },
  jazz: {
    names: list('jazz swing bebop bossa bossa_nova blues big_band smooth_jazz fusion'),
    hints: list('saxophone sax trumpet upright_bass walking_bass brushes club smoky lounge noir bar 爵士 ジャズ джаз'),
  },
  classical: {
    names: list('classical baroque romantic chamber symphony sonata waltz string_quartet minuet klassik clásica'),
    hints: list(
      'violin cello piano_solo orchestra harpsichord mozart bach elegant ballet concerto 古典 クラシック классика',
    ),
  },
  cinematic: {
    names: list('cinematic epic film_score soundtrack trailer orchestral film score movie'),
    hints: list(
      'heroic battle adventure fantasy dramatic suspense tension hero dragon war brass choir hollywood filmmusik 史诗 映画',
    ),
  },
  lofi: {
    names: list('lofi lo-fi lo_fi chillhop lo-fi_hip-hop lo-fi_hip_hop lofi_hip_hop chill_beats'),
    hints: list('chill study studying cozy cosy rainy vinyl coffee mellow relaxed laid_back lazy night'),
  },
  hiphop: {
    names: list('hip-hop hip_hop hiphop rap trap boom_bap drill'),
    hints: list('808 urban street beats beat flow mc gangsta 嘻哈 ヒップホップ рэп'),
  },
  folk: {
    names: list('folk acoustic country bluegrass singer-songwriter singer_songwriter americana celtic irish world'),
    hints: list(
      'acoustic_guitar banjo campfire fiddle mandolin ukulele strummed fingerpicked fingerpicking medieval 民谣 フォーク',
    ),
  },
};

/** Words about speed: factor on the usual tempo. */
export const TEMPO_WORDS: readonly (readonly [number, readonly string[]])[] = [
  [0.84, list('slow slowly ballad downtempo largo adagio sleepy langsam lento lent')],
  [0.93, list('relaxed laid_back gentle calm andante mellow')],
  [1.1, list('upbeat uptempo lively driving energetic allegro schnell rápido rapide')],
  [1.18, list('fast presto frantic furious hyper speed racing')],
];

/** Words about mood and the modes they ask for. */
export const MODE_WORDS: readonly (readonly [Mode, readonly string[]])[] = [
  [
    'minor',
    list(
      'sad dark melancholic melancholy minor gloomy tense mysterious tragic haunting nostalgic moody angry traurig triste sombre 悲伤',
    ),
  ],
  [
    'major',
    list('happy bright joyful major cheerful uplifting sunny triumphant playful fröhlich feliz alegre joyeux 快乐'),
  ],
  ['lydian', list('lydian magical wonder dreamy floating')],
  ['dorian', list('dorian medieval celtic')],
  ['phrygian', list('phrygian flamenco oriental sinister evil')],
  ['mixolydian', list('mixolydian bluesy')],
];

/** Words about force: added to a section's energy. */
export const ENERGY_WORDS: readonly (readonly [number, readonly string[]])[] = [
  [
    -0.18,
    list('soft softly quiet gentle sparse minimal calm intimate stripped delicate tender whisper leise suave doux'),
  ],
  [
    0.12,
    list(
      'powerful energetic loud intense big huge massive epic full driving anthemic explosive climactic aggressive laut fuerte',
    ),
  ],
  [-0.08, list('fading fade slow_fade ambient mellow')],
  [0.06, list('building rising lively bright')],
];

/** Parts that words can take away, when they stand among the negative styles or after "no" or "without". */
export const PART_WORDS = {
  drums: list(
    'drums drum percussion percussive beat beats drumming kick snare schlagzeug trommeln batería bateria batterie percusión ударные 鼓',
  ),
  bass: list('bass basslines bassline sub_bass 808 bajo basse 贝斯'),
  chords: list('chords comping rhythm_guitar akkorde'),
  pad: list('pad pads drone synth_pad'),
  arp: list('arp arpeggio arpeggios arpeggiator sequence'),
  lead: list('lead melody melodies solo lead_synth melodie melodía'),
  voice: list('vocals vocal voice voices choir singing singer lyrics gesang voz voces voix chant 人声 ボーカル'),
  effects: list('effects fx riser risers crash cymbals impacts'),
} as const satisfies Record<string, readonly string[]>;

export type PartWord = keyof typeof PART_WORDS;

/** Instruments by name: the sound they ask for and the parts that can play it. */
export const INSTRUMENT_WORDS: readonly (readonly [
  InstrumentName,
  readonly ('lead' | 'comp' | 'pad' | 'bass')[],
  readonly string[],
])[] = [
  ['piano', ['comp', 'lead'], list('piano pianos grand_piano klavier 钢琴 ピアノ пианино')],
  ['electricPiano', ['comp', 'lead'], list('rhodes electric_piano e-piano keys wurlitzer')],
  [
    'steelGuitar',
    ['comp', 'lead'],
    list('acoustic_guitar guitar guitars gitarre guitarra guitare ukulele banjo mandolin 吉他 ギター'),
  ],
  ['nylonGuitar', ['comp', 'lead'], list('nylon classical_guitar spanish_guitar fingerpicked')],
  ['driveGuitar', ['comp'], list('electric_guitar distorted_guitar distortion power_chords')],
  ['organ', ['comp', 'pad'], list('organ hammond orgel')],
  ['strings', ['pad'], list('strings string_section orchestra orchestral streicher cuerdas cordes')],
  ['violin', ['lead'], list('violin viola cello fiddle violine violín violon 小提琴')],
  ['harp', ['comp'], list('harp harfe arpa')],
  ['flute', ['lead'], list('flute whistle recorder pan_flute flöte flauta 笛')],
  ['saxophone', ['lead'], list('saxophone sax saxofón saxophon')],
  ['clarinet', ['lead'], list('clarinet klarinette clarinete')],
  ['oboe', ['lead'], list('oboe hautbois')],
  ['trumpet', ['lead'], list('trumpet trompete trompeta')],
  ['horn', ['lead'], list('horn french_horn waldhorn')],
  ['brass', ['lead'], list('brass horns trombone')],
  ['vibraphone', ['lead'], list('vibraphone vibes marimba xylophone')],
  ['glockenspiel', ['lead'], list('bell bells glockenspiel celesta chimes')],
  ['musicBox', ['lead'], list('music_box kalimba toy')],
  ['choir', ['pad'], list('choir chorale choral chor coro')],
  ['sawLead', ['lead'], list('synth_lead saw supersaw')],
  ['squareLead', ['lead'], list('chiptune 8-bit 8_bit square_wave game_boy')],
  ['uprightBass', ['bass'], list('upright_bass double_bass contrabass walking_bass')],
  ['subBass', ['bass'], list('sub_bass 808 808s')],
  ['acidBass', ['bass'], list('acid 303')],
];

/** Words that deny every sound of a kind when they stand among the negative styles. */
export const KINDS_OF_INSTRUMENT: readonly (readonly [readonly string[], readonly InstrumentName[]])[] = [
  [
    list('guitar guitars gitarre gitarren guitarra guitarras guitare guitares 吉他 ギター'),
    ['steelGuitar', 'nylonGuitar', 'driveGuitar', 'driveLead'],
  ],
  [list('strings string_section violins streicher cuerdas cordes'), ['strings', 'shortStrings', 'violin']],
  [list('piano pianos klavier 钢琴 ピアノ'), ['piano', 'electricPiano']],
  [list('keys keyboard keyboards'), ['piano', 'electricPiano', 'organ']],
  [list('brass horns'), ['brass', 'trumpet', 'horn']],
  [list('choir chor coro'), ['choir']],
  [list('bells'), ['glockenspiel', 'musicBox', 'vibraphone']],
  [
    list('synth synths synthesizer synthesizers'),
    ['sawLead', 'squareLead', 'softLead', 'glassLead', 'pluckSynth', 'stabSynth', 'warmPad', 'glassPad'],
  ],
];
