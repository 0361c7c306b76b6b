import type { Mode } from '../compose/scales.js';
import { list } from './word-list.js';

/** Words about speed: factor on the usual tempo. */
export const TEMPO_WORDS: readonly (readonly [number, readonly string[]])[] = [
  [0.84, list('slow slowly downtempo largo adagio sleepy langsam lento lenta lent lente медленно 慢 遅い')],
  [0.93, list('relaxed laid_back gentle calm andante mellow entspannt tranquilo 轻松')],
  [1.1, list('upbeat uptempo lively driving energetic allegro schnell rápido rápida rapide быстро 快 速い')],
  [1.18, list('fast presto frantic furious hyper speed racing')],
];

/** Words about mood and the modes they ask for. */
export const MODE_WORDS: readonly (readonly [Mode, readonly string[]])[] = [
  [
    'minor',
    list(
      'sad dark melancholic melancholy minor gloomy tense mysterious tragic haunting nostalgic moody angry lonely sorrow sorrowful ominous traurig dunkel düster triste oscuro sombre mélancolique грустный грустная 悲伤 悲しい 슬픈',
    ),
  ],
  [
    'major',
    list(
      'happy bright joyful major cheerful uplifting sunny triumphant playful hopeful optimistic fröhlich glücklich feliz alegre joyeux joyeuse весёлый весёлая 快乐 明るい 楽しい 행복한',
    ),
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
    list(
      'soft softly quiet gentle sparse minimal calm intimate stripped delicate tender whisper subdued leise sanft suave tranquilo doux douce тихо 安静 静か',
    ),
  ],
  [
    0.12,
    list(
      'powerful energetic loud intense big huge massive epic full driving anthemic explosive climactic aggressive laut kraftvoll fuerte potente puissant громко 激烈',
    ),
  ],
  [-0.08, list('fading fade slow_fade ambient mellow')],
  [0.06, list('building rising lively bright layered')],
];

/** Parts that words can take away, when they stand among the negative styles or after "no" or "without". */
export const PART_WORDS = {
  drums: list(
    'drums drum drumming percussion percussive beat beats kick snare schlagzeug trommeln batería bateria batterie percussioni percusión perkussion ударные барабаны барабанов 鼓 ドラム 드럼',
  ),
  bass: list('bass basslines bassline sub_bass 808 bajo basse basso бас 贝斯 ベース'),
  chords: list('chords comping rhythm_guitar akkorde acordes accords'),
  pad: list('pad pads drone synth_pad'),
  arp: list('arp arpeggio arpeggios arpeggiator sequence'),
  lead: list('lead melody melodies solo lead_synth melodie melodía mélodie мелодия'),
  voice: list(
    'vocals vocal voice voices choir singing singer lyrics gesang stimme voz voces voix chant voce вокал вокала 人声 ボーカル 보컬',
  ),
  effects: list('effects fx riser risers crash cymbals impacts'),
} as const satisfies Record<string, readonly string[]>;

export type PartWord = keyof typeof PART_WORDS;
