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

const NAMES: readonly (readonly [Role, RegExp])[] = [
  ['build', /pre.?(chorus|refrain|drop)|build|riser|lift|ramp|crescendo|aufbau|pré.?refrain|pre.?estribillo/u],
  ['outro', /outro|coda|ending|\bend\b|finale?|fade|schluss|ausklang|\bfin\b|salida|尾奏|アウトロ|концовка/u],
  ['intro', /intro|opening|prelude|einleitung|vorspiel|introducci|entrada|前奏|イントロ|вступление/u],
  ['breakdown', /break.?down|\bbreak\b|drone|calm|stille/u],
  ['drop', /\bdrop|climax|peak|höhepunkt|clímax/u],
  ['chorus', /chorus|refrain|hook|theme|estribillo|ritornello|coro\b|кульминация|припев|副歌|サビ/u],
  ['bridge', /bridge|middle.?(8|eight)|brücke|\bpont\b|puente|ponte|мост|桥段|ブリッジ/u],
  ['solo', /solo|соло|独奏/u],
  ['interlude', /inter(lude|mezzo)|instrumental|zwischenspiel|interludio|間奏|间奏/u],
  ['verse', /verse|strophe|couplet|estrofa|strofa|verso|story|куплет|主歌|aメロ/u],
];

/** The role that a section's name says, or else the one its place suggests. */
export function roleOf(name: string, index: number, count: number): Role {
  const text = name.normalize('NFKC').toLowerCase();
  const named = NAMES.find(([, pattern]) => pattern.test(text));
  if (named) return named[0];
  if (count >= 3 && index === 0) return 'intro';
  if (count >= 3 && index === count - 1) return 'outro';
  return index % 2 === (count >= 3 ? 1 : 0) ? 'verse' : 'chorus';
}
