import type { CompositionPlan } from '@rendercast/protocol';
import type { PartWord } from '../plan/lexicon.js';
import { readStyles, type StyleReading } from '../plan/reading.js';
import { ROLE_ENERGY, type Role, roleOf } from '../plan/section-role.js';
import * as words from '../plan/style-words.js';
import { createRandom, hashText } from '../random.js';
import { type Cast, chooseCast, deniedSounds, partsNamedAlone } from './cast.js';
import { FAMILIES, FAMILY_NAMES, type FamilyName } from './families.js';
import type { Family } from './family.js';
import { FLAVOURS, type Flavour } from './flavours.js';
import { type Key, mod } from './scales.js';
import type { Layer } from './score.js';

/** What the words of a plan come to, for the whole song. */
export interface Direction {
  familyName: FamilyName;
  /** The style inside the style that was named; null: none. */
  flavour: string | null;
  family: Family;
  key: Key;
  /** Slowest, wanted and fastest tempo. */
  tempoRange: readonly [number, number, number];
  beatsPerBar: number;
  cast: Cast;
  sections: readonly SectionDirection[];
  /** How the style words were understood. */
  reading: StyleReading & { styleFrom: 'words' | 'seed' };
}

export interface SectionDirection {
  name: string;
  role: Role;
  /** 0 to 1: layers, density and level follow it. */
  energy: number;
  /** What the words take away: for people, and as the parts that are silent. */
  removed: ReadonlySet<PartWord>;
  silent: ReadonlySet<Layer>;
  /** The only parts that may play; null: all. */
  only: ReadonlySet<Layer> | null;
  lines: readonly string[];
  /** How many sections of this role came before. */
  occurrence: number;
  /** Semitones above the song's key. */
  lift: number;
}

/** What was read from the words, before anything is decided. */
interface Wishes {
  global: words.Phrase;
  positive: words.Phrase;
  negative: words.Phrase;
  leanings: ReadonlyMap<FamilyName, number>;
  title: string;
}

/** Decides style, key, tempo, sounds and the shape of the sections from the words of a plan and the seed. */
export function direct(plan: CompositionPlan, seed: number): Direction {
  const whole = readStyles(plan.positiveStyles);
  const local = readStyles(plan.sections.flatMap((section) => section.positiveStyles));
  const wishes: Wishes = {
    global: whole.phrase,
    positive: `${whole.phrase}, ${local.phrase}`,
    negative: readStyles(plan.negativeStyles).phrase,
    leanings: whole.leanings,
    title: plan.title ?? '',
  };
  const { name: familyName, from } = chooseFamily(wishes, seed);
  const flavour = chooseFlavour(familyName, wishes);
  const family: Family = { ...FAMILIES[familyName], ...flavour?.change };
  const key = chooseKey(wishes, family, seed);
  const cast = chooseCast(wishes.global, wishes.negative, family, seed);
  return {
    familyName,
    flavour: flavour?.title ?? null,
    family,
    key,
    tempoRange: chooseTempo(wishes.global, family, seed),
    beatsPerBar: words.wantsWaltz(wishes.global) ? 3 : 4,
    cast,
    sections: withLift(directSections(plan, wishes, cast), familyName, words.namedKey(wishes.global) !== null, seed),
    reading: {
      taken: [...whole.taken, ...local.taken],
      unknown: [...new Set([...whole.unknown, ...local.unknown])],
      styleFrom: from,
    },
  };
}

/** The style of a few words alone, as for a plan that is still to be made. */
export function familyOf(
  styles: readonly string[],
  denied: readonly string[],
  title: string,
  seed: number,
): FamilyName {
  const { phrase, leanings } = readStyles(styles);
  const negative = readStyles(denied).phrase;
  return chooseFamily({ global: phrase, positive: phrase, negative, leanings, title }, seed).name;
}

/**
 * The style that the words speak for most; the song's own words weigh double, and words that only lean to a style weigh
 * least. Without any, the title, and then seed and words, draw one.
 */
function chooseFamily(wishes: Wishes, seed: number): { name: FamilyName; from: 'words' | 'seed' } {
  const { global, positive, negative, leanings, title } = wishes;
  const scores = words.familyScores(global, negative);
  for (const [name, score] of words.familyScores(positive, negative))
    scores.set(name, 2 * (scores.get(name) ?? 0) + score);
  for (const [name, weight] of leanings)
    if (!words.deniesFamily(negative, name)) scores.set(name, (scores.get(name) ?? 0) + weight);
  if (scores.size === 0)
    for (const [name, score] of words.familyScores(words.phrase([title]), negative)) scores.set(name, score);
  let best: FamilyName | null = null;
  for (const [name, score] of scores) if (best === null || score > (scores.get(best) ?? 0)) best = name;
  if (best !== null) return { name: best, from: 'words' };
  const random = createRandom(seed, 'family', hashText(global));
  const allowed = FAMILY_NAMES.filter((name) => !words.deniesFamily(negative, name));
  return { name: allowed[random.int(allowed.length)] ?? random.pick(FAMILY_NAMES), from: 'seed' };
}

function chooseFlavour(family: FamilyName, { global, positive, negative }: Wishes): Flavour | null {
  const named = (text: words.Phrase, { names }: Flavour) => names.some((name) => words.occurs(text, name));
  const allowed = FLAVOURS.filter((flavour) => flavour.family === family && !named(negative, flavour));
  return (
    allowed.find((flavour) => named(global, flavour)) ?? allowed.find((flavour) => named(positive, flavour)) ?? null
  );
}

function chooseKey({ global, positive }: Wishes, family: Family, seed: number): Key {
  const random = createRandom(seed, 'key');
  const tonic = random.int(12);
  const mode = random.pick(family.modes);
  const named = words.namedKey(global) ?? {};
  return {
    tonic: mod(named.tonic ?? tonic, 12),
    mode: named.mode ?? words.moodMode(global) ?? words.moodMode(positive) ?? mode,
  };
}

function chooseTempo(global: words.Phrase, family: Family, seed: number): readonly [number, number, number] {
  const named = words.namedTempo(global);
  if (named !== null) return [named - 1, named, named + 1];
  const [slowest, usual, fastest] = family.tempo;
  const factor = words.tempoFactor(global);
  const drawn = usual + (fastest - slowest) * 0.12 * createRandom(seed, 'tempo').normal();
  const wanted = Math.max(50, Math.min(190, Math.round(drawn * factor)));
  // Room to fit the sections, on both sides of what is wanted but within what the style bears.
  const low = Math.max(50, Math.round(Math.max(slowest * Math.min(1, factor), wanted * 0.93)));
  const high = Math.round(Math.min(fastest * Math.max(1, factor), wanted * 1.07));
  return [Math.min(low, wanted), wanted, Math.max(high, wanted)];
}

/** Parts that words name, as the layers that fall silent. */
const SILENCES: Readonly<Record<PartWord, readonly Layer[]>> = {
  drums: ['drums'],
  bass: ['bass'],
  chords: ['comp', 'second'],
  pad: ['pad'],
  arp: ['arp'],
  lead: ['lead', 'counter'],
  voice: ['voice'],
  effects: [],
};

function directSections(plan: CompositionPlan, { global, negative }: Wishes, cast: Cast): SectionDirection[] {
  const seen = new Map<Role, number>();
  const songRemoved = words.removedParts(global, negative);
  const songShift = words.energyShift(global) / 2;
  return plan.sections.map((section, index) => {
    const role = roleOf(section.name, index, plan.sections.length);
    const occurrence = seen.get(role) ?? 0;
    seen.set(role, occurrence + 1);
    const own = words.phrase([section.name, ...section.positiveStyles]);
    const denied = words.phrase(section.negativeStyles);
    const removed = words.removedParts(own, denied);
    for (const part of songRemoved) removed.add(part);
    const lift = role === 'chorus' || role === 'verse' || role === 'drop' ? Math.min(0.08, occurrence * 0.04) : 0;
    const energy = Math.min(1, Math.max(0.15, ROLE_ENERGY[role] + lift + words.energyShift(own) + songShift));
    const silent = new Set<Layer>([...removed].flatMap((part) => SILENCES[part]));
    const sounds = deniedSounds(denied);
    for (const [part, instrument] of Object.entries(cast) as [keyof Cast, Cast[keyof Cast]][])
      if (instrument !== null && sounds.has(instrument)) silent.add(part);
    const only = partsNamedAlone(own, cast) ?? partsNamedAlone(global, cast);
    return { name: section.name, role, energy, removed, silent, only, lines: section.lines, occurrence, lift: 0 };
  });
}

/** Some songs raise their last chorus, and what follows it, by a whole tone; none whose key was asked for. */
function withLift(
  sections: SectionDirection[],
  family: FamilyName,
  isNamed: boolean,
  seed: number,
): SectionDirection[] {
  const choruses = sections.filter((section) => section.role === 'chorus');
  const last = sections.findLastIndex((section) => section.role === 'chorus');
  const rises =
    (family === 'pop' || family === 'rock' || family === 'folk' || family === 'cinematic') &&
    choruses.length >= 3 &&
    sections[last - 1]?.role !== 'chorus' &&
    createRandom(seed, 'lift').chance(0.4);
  return rises && !isNamed
    ? sections.map((section, index) => (index < last ? section : { ...section, lift: 2 }))
    : sections;
}
