import { type AskedPart, INSTRUMENT_WORDS, KINDS_OF_INSTRUMENT } from '../plan/instrument-words.js';
import * as words from '../plan/style-words.js';
import { createRandom } from '../random.js';
import type { Family } from './family.js';
import type { InstrumentName } from './orchestra.js';
import type { Layer } from './score.js';

/** Who plays the parts. */
export interface Cast {
  lead: InstrumentName;
  comp: InstrumentName | null;
  second: InstrumentName | null;
  pad: InstrumentName | null;
  bass: InstrumentName | null;
  arp: InstrumentName | null;
  counter: InstrumentName | null;
}

/** Chooses the instruments: those that are asked for, then those of the style, never one that is denied. */
export function chooseCast(global: words.Phrase, negative: words.Phrase, family: Family, seed: number): Cast {
  const random = createRandom(seed, 'cast');
  const denied = deniedSounds(negative);
  // One number is drawn for each part, whatever is denied: taking one sound away changes no other.
  const from = (list: readonly InstrumentName[] | null | undefined): InstrumentName | null => {
    const drawn = random.next();
    const left = (list ?? []).filter((one) => !denied.has(one));
    return left[Math.floor(drawn * left.length)] ?? null;
  };
  const usual = {
    comp: from(family.comp?.instruments),
    pad: from(family.pad),
    lead: from(family.leads),
    bass: from(family.bass?.instruments),
    second: from(family.second?.instruments),
    arp: from(family.arp ? [family.arp] : null),
    counter: from(family.counter?.instruments),
  };
  const taken = new Set<InstrumentName>();
  let said = global;
  const asked = (part: AskedPart): InstrumentName | null => {
    let best: InstrumentName | null = null;
    let longest = '';
    const own = new Set<InstrumentName | null>(part === 'comp' ? family.comp?.instruments : family.leads);
    for (const [one, parts, list] of INSTRUMENT_WORDS) {
      if (!parts.includes(part) || taken.has(one) || denied.has(one)) continue;
      for (const word of list) {
        // The longest name that was said, and among equals the style's own.
        const isLonger =
          word.length > longest.length || (word.length === longest.length && own.has(one) && !own.has(best));
        if (isLonger && words.occurs(said, word)) [best, longest] = [one, word];
      }
    }
    if (best === null) return null;
    taken.add(best);
    // What was heard is not heard again: an acoustic guitar is no second guitar.
    said = said.replaceAll(longest, ',');
    return best;
  };
  const comp = asked('comp') ?? usual.comp;
  const lead = asked('lead') ?? usual.lead ?? softest(denied);
  // A second thing of its kind that was asked for plays beside the first, or answers.
  const second = asked('comp') ?? usual.second;
  const counter = asked('lead') ?? usual.counter;
  const cast: Cast = {
    comp,
    lead,
    pad: asked('pad') ?? usual.pad,
    bass: asked('bass') ?? usual.bass,
    second: second === comp && second !== 'driveGuitar' ? null : second,
    arp: usual.arp,
    counter: counter === lead ? null : counter,
  };
  // Somebody who plays alone plays chords and tune.
  const alone = partsNamedAlone(global, cast);
  return comp !== null && alone?.has('comp') && !alone.has('lead') ? { ...cast, lead: comp } : cast;
}

const softest = (denied: ReadonlySet<InstrumentName>): InstrumentName =>
  (['softLead', 'flute', 'violin', 'glassLead'] as const).find((one) => !denied.has(one)) ?? 'musicBox';

/** Sounds that words name, one by one or by their kind. */
export function deniedSounds(negative: words.Phrase): ReadonlySet<InstrumentName> {
  const denies = (list: readonly string[]) => list.some((word) => words.occurs(negative, word));
  return new Set([
    ...INSTRUMENT_WORDS.filter(([, , list]) => denies(list)).map(([one]) => one),
    ...KINDS_OF_INSTRUMENT.filter(([list]) => denies(list)).flatMap(([, kinds]) => kinds),
  ]);
}

const ALONE = ['only', 'just', 'solo', 'nur', 'solo mit', 'solamente', 'seulement', 'unaccompanied'];

/** The parts that are meant by "only piano" or "solo guitar"; null where nothing of the sort is said. */
export function partsNamedAlone(text: words.Phrase, cast: Cast): ReadonlySet<Layer> | null {
  if (![...ALONE, 'alone'].some((word) => words.occurs(text, word))) return null;
  const alone = (word: string) =>
    ALONE.some((only) => words.occurs(text, `${only} ${word}`)) ||
    words.occurs(text, `${word} only`) ||
    words.occurs(text, `${word} alone`);
  const named = INSTRUMENT_WORDS.filter(([, , list]) => list.some(alone)).map(([one]) => one);
  const layers = new Set<Layer>();
  for (const [part, instrument] of Object.entries(cast) as [keyof Cast, InstrumentName | null][])
    if (instrument !== null && named.includes(instrument)) layers.add(part);
  if (['drums', 'drum', 'percussion', 'beat'].some(alone)) layers.add('drums');
  if (layers.size === 0) return null;
  if (layers.has('comp')) layers.add('voice');
  return layers;
}
