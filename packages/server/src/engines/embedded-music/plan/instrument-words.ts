import type { InstrumentName } from '../compose/orchestra.js';
import { list } from './word-list.js';

/** Parts that can be asked to be played by an instrument. */
export type AskedPart = 'lead' | 'comp' | 'pad' | 'bass';

const GUITAR = 'guitar guitars gitarre gitarren guitarra guitarras guitare guitares гитара 吉他 ギター 기타';

/**
 * Instruments by name: who is meant and which parts they can play. Where several are meant by one word, the style's own
 * come first; a longer name wins over a shorter one inside it.
 */
export const INSTRUMENT_WORDS: readonly (readonly [InstrumentName, readonly AskedPart[], readonly string[]])[] = [
  [
    'piano',
    ['comp', 'lead'],
    list('piano pianos grand_piano klavier fortepiano 钢琴 ピアノ пианино фортепиано 피아노'),
  ],
  ['electricPiano', ['comp', 'lead'], list('rhodes electric_piano e-piano keys wurlitzer fender_rhodes')],
  ['steelGuitar', ['comp', 'lead'], list(`${GUITAR} acoustic_guitar akustikgitarre steel_guitar banjo mandolin`)],
  [
    'nylonGuitar',
    ['comp', 'lead'],
    list(`${GUITAR} nylon nylon_guitar classical_guitar spanish_guitar ukulele oud lute`),
  ],
  ['cleanGuitar', ['comp', 'lead'], list(`${GUITAR} clean_guitar funk_guitar jangly_guitar electric_guitar e-gitarre`)],
  [
    'driveGuitar',
    ['comp'],
    list(
      `${GUITAR} electric_guitar electric_guitars distorted_guitar distorted_guitars distortion power_chords e-gitarre`,
    ),
  ],
  ['driveLead', ['lead'], list('lead_guitar guitar_solo overdriven_guitar')],
  ['organ', ['comp', 'pad'], list('organ hammond orgel órgano orgue орган')],
  ['accordion', ['lead', 'comp'], list('accordion akkordeon acordeón accordéon bandoneon harmonica аккордеон')],
  [
    'strings',
    ['pad'],
    list('strings string_section orchestra orchestral streicher cuerdas cordes archi струнные 弦乐'),
  ],
  ['violin', ['lead'], list('violin violins viola fiddle violine violín violon violino скрипка 小提琴 バイオリン')],
  ['cello', ['lead', 'bass'], list('cello violoncello cellos violonchelo violoncelle виолончель 大提琴 チェロ')],
  ['pizzicato', ['comp'], list('pizzicato plucked_strings')],
  ['harp', ['comp'], list('harp harfe arpa harpe koto 竖琴 ハープ')],
  [
    'flute',
    ['lead'],
    list('flute whistle tin_whistle recorder pan_flute flöte flauta flûte shakuhachi 笛 フルート флейта'),
  ],
  ['saxophone', ['lead'], list('saxophone sax saxofón saxophon saxo саксофон 萨克斯 サックス')],
  ['clarinet', ['lead'], list('clarinet klarinette clarinete clarinette кларнет')],
  ['oboe', ['lead'], list('oboe hautbois english_horn bassoon гобой')],
  ['trumpet', ['lead'], list('trumpet trompete trompeta trompette tromba труба 小号 トランペット')],
  ['horn', ['lead'], list('horn french_horn waldhorn cor валторна')],
  ['brass', ['lead'], list('brass brass_section horns trombone tuba bläser metales cuivres')],
  ['vibraphone', ['lead'], list('vibraphone vibes')],
  ['marimba', ['lead', 'comp'], list('marimba xylophone steel_drum steel_drums steelpan')],
  ['glockenspiel', ['lead'], list('bell bells glockenspiel celesta chimes')],
  ['musicBox', ['lead'], list('music_box kalimba toy_piano spieluhr')],
  ['choir', ['pad'], list('choir chorale choral chor coro chœur хор 合唱')],
  ['sawLead', ['lead'], list('synth_lead saw supersaw')],
  ['squareLead', ['lead'], list('chiptune 8-bit 8_bit square_wave game_boy')],
  ['warmPad', ['pad'], list('warm_pad analog_pad')],
  ['glassPad', ['pad'], list('glass_pad shimmer')],
  ['pluckSynth', ['lead', 'comp'], list('pluck plucks synth_pluck')],
  ['uprightBass', ['bass'], list('upright_bass double_bass contrabass kontrabass walking_bass contrabajo')],
  ['fingerBass', ['bass'], list('bass_guitar electric_bass slap_bass')],
  ['subBass', ['bass'], list('sub_bass 808 808s')],
  ['sawBass', ['bass'], list('synth_bass reese')],
  ['acidBass', ['bass'], list('acid 303')],
];

/** Words that deny every sound of a kind when they stand among the negative styles. */
export const KINDS_OF_INSTRUMENT: readonly (readonly [readonly string[], readonly InstrumentName[]])[] = [
  [list(GUITAR), ['steelGuitar', 'nylonGuitar', 'cleanGuitar', 'driveGuitar', 'driveLead']],
  [
    list('strings string_section violins streicher cuerdas cordes'),
    ['strings', 'shortStrings', 'violin', 'cello', 'pizzicato'],
  ],
  [list('piano pianos klavier 钢琴 ピアノ'), ['piano', 'electricPiano']],
  [list('keys keyboard keyboards'), ['piano', 'electricPiano', 'organ']],
  [list('brass horns bläser'), ['brass', 'trumpet', 'horn']],
  [list('woodwinds woodwind'), ['flute', 'clarinet', 'oboe', 'saxophone']],
  [list('choir chor coro'), ['choir']],
  [list('bells'), ['glockenspiel', 'musicBox', 'vibraphone']],
  [
    list('synth synths synthesizer synthesizers electronic electronics'),
    [
      'sawLead',
      'squareLead',
      'softLead',
      'glassLead',
      'pluckSynth',
      'stabSynth',
      'warmPad',
      'glassPad',
      'sawBass',
      'acidBass',
    ],
  ],
];
