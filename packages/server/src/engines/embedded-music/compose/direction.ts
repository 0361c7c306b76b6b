import type { CompositionPlan } from '@rendercast/protocol';
import { INSTRUMENT_WORDS, KINDS_OF_INSTRUMENT, type PartWord } from '../plan/lexicon.js';
import { ROLE_ENERGY, type Role, roleOf } from '../plan/section-role.js';
import * as words from '../plan/style-words.js';
import { createRandom, hashText } from '../random.js';
import type { InstrumentName } from './orchestra.js';
import { FAMILIES, FAMILY_NAMES, type FamilyName } from './families.js';
import type { Family } from './family.js';
import { type Key, mod } from './scales.js';

/** The sounds that play the parts. */
export interface Cast {
  lead: InstrumentName;
  comp: InstrumentName | null;
  pad: InstrumentName | null;
  bass: InstrumentName | null;
  arp: InstrumentName | null;
}

/** What the words of a plan come to, for the whole song. */
export interface Direction {
  familyName: FamilyName;
  family: Family;
  key: Key;
  /** Slowest, wanted and fastest tempo. */
  tempoRange: readonly [number, number, number];
  beatsPerBar: number;
  cast: Cast;
  sections: readonly SectionDirection[];
}

export interface SectionDirection {
  name: string;
  role: Role;
  /** 0 to 1: layers, density and level follow it. */
  energy: number;
  removed: ReadonlySet<PartWord>;
  lines: readonly string[];
  /** How many sections of this role came before. */
  occurrence: number;
}

/** Decides style, key, tempo, sounds and the shape of the sections from the words of a plan and the seed. */
export function direct(plan: CompositionPlan, seed: number): Direction {
  const positive = words.phrase([
    ...plan.positiveStyles,
    ...plan.sections.flatMap((section) => section.positiveStyles),
  ]);
  const global = words.phrase(plan.positiveStyles);
  const negative = words.phrase(plan.negativeStyles);
  const familyName = chooseFamily(global, positive, negative, plan.title ?? '', seed);
  const family: Family = FAMILIES[familyName];
  return {
    familyName,
    family,
    key: chooseKey(global, positive, family, seed),
    tempoRange: chooseTempo(global, family, seed),
    beatsPerBar: words.wantsWaltz(global) ? 3 : 4,
    cast: chooseCast(global, negative, family, seed),
    sections: directSections(plan, global, negative),
  };
}

/** The style that the words speak for most; the song's own words weigh double. Without any, the seed and the words draw one. */
export function chooseFamily(
  global: words.Phrase,
  positive: words.Phrase,
  negative: words.Phrase,
  title: string,
  seed: number,
): FamilyName {
  const scores = words.familyScores(global, negative);
  for (const [name, score] of words.familyScores(positive, negative))
    scores.set(name, 2 * (scores.get(name) ?? 0) + score);
  let best: FamilyName | null = null;
  for (const [name, score] of scores) if (best === null || score > (scores.get(best) ?? 0)) best = name;
  if (best !== null) return best;
  const random = createRandom(seed, 'family', hashText(positive + title));
  const denied = (name: FamilyName) => words.occurs(negative, name);
  const allowed = FAMILY_NAMES.filter((name) => !denied(name));
  return allowed[random.int(allowed.length)] ?? random.pick(FAMILY_NAMES);
}

function chooseKey(global: words.Phrase, positive: words.Phrase, family: Family, seed: number): Key {
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

function chooseCast(global: words.Phrase, negative: words.Phrase, family: Family, seed: number): Cast {
  const random = createRandom(seed, 'cast');
  const denied = deniedSounds(negative);
  const allowed = (patch: InstrumentName | undefined | null) => (patch && !denied.has(patch) ? patch : null);
  // One number is drawn for each part, whatever is denied: taking one sound away changes no other.
  const from = (patches: readonly InstrumentName[]): InstrumentName | null => {
    const left = patches.filter((patch) => !denied.has(patch));
    return left[Math.floor(random.next() * left.length)] ?? null;
  };
  const asked = (part: 'lead' | 'comp' | 'pad' | 'bass', taken: InstrumentName | null = null): InstrumentName | null => {
    const found = INSTRUMENT_WORDS.find(
      ([patch, parts, list]) =>
        parts.includes(part) &&
        patch !== taken &&
        !denied.has(patch) &&
        list.some((word) => words.occurs(global, word)),
    );
    return found?.[0] ?? null;
  };
  const comp = family.comp ? from(family.comp.patches) : null;
  const pad = family.pad ? from(family.pad) : null;
  const lead = from(family.leads);
  const askedComp = asked('comp');
  return {
    comp: askedComp ?? comp,
    pad: asked('pad') ?? pad,
    lead: asked('lead', askedComp) ?? lead ?? (denied.has('softLead') ? 'flute' : 'softLead'),
    bass: asked('bass') ?? allowed(family.bass?.patch),
    arp: allowed(family.arp),
  };
}

/** Sounds that the negative styles name, one by one or by their kind. */
function deniedSounds(negative: words.Phrase): ReadonlySet<InstrumentName> {
  const denies = (list: readonly string[]) => list.some((word) => words.occurs(negative, word));
  return new Set([
    ...INSTRUMENT_WORDS.filter(([, , list]) => denies(list)).map(([patch]) => patch),
    ...KINDS_OF_INSTRUMENT.filter(([list]) => denies(list)).flatMap(([, patches]) => patches),
  ]);
}

function directSections(plan: CompositionPlan, global: words.Phrase, negative: words.Phrase): SectionDirection[] {
  const seen = new Map<Role, number>();
  const songRemoved = words.removedParts(global, negative);
  const songShift = words.energyShift(global) / 2;
  return plan.sections.map((section, index) => {
    const role = roleOf(section.name, index, plan.sections.length);
    const occurrence = seen.get(role) ?? 0;
    seen.set(role, occurrence + 1);
    const own = words.phrase([section.name, ...section.positiveStyles]);
    const removed = words.removedParts(own, words.phrase(section.negativeStyles));
    for (const part of songRemoved) removed.add(part);
    const lift = role === 'chorus' || role === 'verse' || role === 'drop' ? Math.min(0.08, occurrence * 0.04) : 0;
    const energy = Math.min(1, Math.max(0.15, ROLE_ENERGY[role] + lift + words.energyShift(own) + songShift));
    return { name: section.name, role, energy, removed, lines: section.lines, occurrence };
  });
}
