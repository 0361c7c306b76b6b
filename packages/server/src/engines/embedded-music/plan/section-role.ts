/** What a section is for; it decides energy, layers and material. */
export type Role =
  | 'intro'
  | 'verse'
  | 'build'
  | 'chorus'
  | 'drop'
  | 'bridge'
  | 'breakdown'
  | 'solo'
  | 'interlude'
  | 'outro';

/** Energy of each role, 0 to 1, before words and repetition shift it. */
export const ROLE_ENERGY: Readonly<Record<Role, number>> = {
  intro: 0.32,
  verse: 0.56,
  build: 0.66,
  chorus: 0.88,
  drop: 0.97,
  bridge: 0.5,
  breakdown: 0.3,
  solo: 0.8,
  interlude: 0.42,
  outro: 0.3,
};

/** Names in many spellings and languages; what stands above wins: a "pre-chorus" is no chorus, a "last chorus" no end. */
const NAMES: readonly (readonly [Role, RegExp])[] = [
  [
    'build',
    /pre.?(?:chorus|refrain|drop|hook|coro)|build|riser|\blift\b|\bramp|crescendo|climb|aufbau|pré.?refrain|pre.?estribillo|pré.?refrão|подъ[её]м|предприпев|导歌|bメロ|프리코러스/u,
  ],
  ['breakdown', /break.?down|\bbreaks?\b|drone|\bcalm\b|stille|pausa|cooldown|cool.?down|valley|брейк/u],
  [
    'chorus',
    /chorus|refrain|refr[eä]ng|refrão|\bhook|theme|\btema\b|thema|estribillo|ritornello|\bcoro\b|kehrvers|nakarat|anthem|sing.?along|кульминация|припев|副歌|サビ|후렴|코러스|لازمة/u,
  ],
  ['drop', /\bdrop|climax|peak|höhepunkt|clímax|apex|payoff|дроп|高潮|ドロップ|드롭|finale\b/u],
  ['solo', /\bsolo|соло|独奏|獨奏|ソロ|솔로|improvis|\bjam\b|guitar (?:break|lead)|shred/u],
  [
    'outro',
    /outro|\bcoda\b|ending|\bend\b|\bfinal\b|fad(?:e|ing)|schluss|ausklang|\bende\b|abspann|\bfin\b|\bfine\b|salida|epilog|closing|\btag\b|尾奏|结尾|アウトロ|エンディング|아웃트로|концовка|конец|خاتمة/u,
  ],
  [
    'intro',
    /intro|opening|prelud|prolog|einleitung|vorspiel|introducci|entrada|ouverture|overture|\bstart\b|beginn|count.?in|前奏|序奏|イントロ|인트로|вступление|начало|مقدمة/u,
  ],
  [
    'bridge',
    /bridge|middle.?(?:8|eight)|\bc.?part\b|c.teil|brücke|\bpont\b|puente|ponte|contrast|variation|development|durchführung|мост|бридж|桥段|過門|ブリッジ|cメロ|브릿지/u,
  ],
  [
    'interlude',
    /inter(?:lude|mezzo)|instrumental|zwischenspiel|interludio|interlúdio|turnaround|vamp|間奏|间奏|간주|проигрыш/u,
  ],
  [
    'verse',
    /verse|\bvers\b|stroph|couplet|estrofa|strofa|verso|stanza|story|\brap\b|groove|\bhead\b|exposition|куплет|主歌|aメロ|벌스|절/u,
  ],
];

/** The role that a section's name says, or else the one its place suggests. */
export function roleOf(name: string, index: number, count: number): Role {
  const text = name.normalize('NFKC').toLowerCase().replaceAll('_', ' ');
  const named = NAMES.find(([, pattern]) => pattern.test(text));
  if (named) return named[0];
  if (count >= 3 && index === 0) return 'intro';
  if (count >= 3 && index === count - 1) return 'outro';
  return index % 2 === (count >= 3 ? 1 : 0) ? 'verse' : 'chorus';
}
