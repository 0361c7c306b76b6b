import type { Scene } from '../prompt/composition.js';
import { PLACES, type RelationKind, SIZES } from '../prompt/describing.js';
import { GROUNDS, SEASONS, SKY, TIMES, WEATHERS } from '../prompt/surroundings.js';
import type { Wish } from '../prompt/wishes.js';

const COUNTS = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
] as const;
const BETWEEN: Readonly<Record<RelationKind, string>> = {
  on: 'on',
  in: 'in',
  under: 'under',
  above: 'above',
  left: 'left of',
  right: 'right of',
  behind: 'behind',
  before: 'in front of',
  beside: 'next to',
  between: 'between',
  with: 'with',
};
/** Grounds whose own name would be read as something else, or that people call otherwise. */
const GROUND_NAMES: Readonly<Record<string, string>> = { plain: 'plain background', clouds: 'above the clouds' };
const UNCHANGED: ReadonlySet<string> = new Set(['fish', 'sheep', 'deer', 'bison', 'shrimp', 'squid']);
const IRREGULAR: Readonly<Record<string, string>> = {
  mouse: 'mice',
  goose: 'geese',
  person: 'people',
  child: 'children',
  wolf: 'wolves',
  elf: 'elves',
  leaf: 'leaves',
  knife: 'knives',
};

/** How a thing is called; `rename` may give another word for a kind. */
export type Rename = (kind: string) => string;

/**
 * A scene in words, as a prompt that asks for it: "two small blue birds on a red roof, green hills, sunset, sun and clouds".
 * Read again, it wishes for the same things.
 */
export function captionOf(scene: Scene, rename: Rename = (kind) => kind): string {
  return [...subjectsIn(scene, rename), ...surroundingsIn(scene)].join(', ');
}

/** The things, those that are tied together in one phrase. */
export function subjectsIn({ items, wished }: Scene, rename: Rename = (kind) => kind): string[] {
  const counts = wished.subjects.map((_, wish) => items.filter((item) => item.wish === wish).length);
  const left = wished.relations.filter(({ from, to }) => (counts[from] ?? 0) > 0 && (counts[to] ?? 0) > 0);
  const told = new Set<number>();
  const name = (wish: number) => {
    told.add(wish);
    const subject = wished.subjects[wish];
    return subject === undefined ? '' : nounOf(subject, counts[wish] ?? 1, rename);
  };
  const isTarget = (wish: number) => left.some(({ to, from }) => to === wish && !told.has(from));
  const order = wished.subjects.map((_, wish) => wish).filter((wish) => (counts[wish] ?? 0) > 0);
  const phrases: string[] = [];
  for (const wish of [...order.filter((each) => !isTarget(each)), ...order]) {
    if (told.has(wish)) continue;
    let phrase = name(wish);
    let current = wish;
    for (;;) {
      const next = left.find(({ from, to }) => from === current && !told.has(to));
      if (next === undefined) break;
      const second =
        next.kind === 'between'
          ? left.find((other) => other !== next && other.from === current && other.kind === 'between')
          : undefined;
      phrase += ` ${BETWEEN[next.kind]} ${name(next.to)}`;
      if (second && !told.has(second.to)) phrase += ` and ${name(second.to)}`;
      current = next.to;
    }
    phrases.push(phrase);
  }
  return phrases;
}

/** Ground, hour, season, weather and what hangs in the sky, a phrase each. */
export function surroundingsIn({ ground, groundColour, backdrop, time, season, weather, sky }: Scene): string[] {
  const place = GROUND_NAMES[ground] ?? first(GROUNDS[ground]);
  const hung = sky.map(({ what, colour }) => `${colour === null ? '' : `${colour} `}${first(SKY[what])}`);
  return [
    `${groundColour === null ? '' : `${groundColour} `}${place}`,
    ...(backdrop === null ? [] : [first(GROUNDS[backdrop])]),
    first(TIMES[time]),
    ...(season === null ? [] : [first(SEASONS[season])]),
    ...(weather === null ? [] : [first(WEATHERS[weather])]),
    ...hung,
  ];
}

function nounOf({ what, colour, size, pose, place }: Wish<string>, count: number, rename: Rename): string {
  const words = [
    pose === null ? '' : pose,
    sizeWord(size),
    colour ?? '',
    count > 1 ? pluralOf(rename(what)) : rename(what),
  ];
  const noun = words.filter((word) => word !== '').join(' ');
  const article = /^(?:[aeio]|u(?!ni|fo))/.test(noun) ? 'an' : 'a';
  const whole = `${count === 1 ? article : (COUNTS[count] ?? count)} ${noun}`;
  return place === null ? whole : `${whole} ${(PLACES[place].split(' ')[1] ?? '').replaceAll('_', ' ')}`;
}

function sizeWord(size: number): string {
  if (size === 1) return '';
  const near = SIZES.reduce((best, each) => (Math.abs(each[0] - size) < Math.abs(best[0] - size) ? each : best));
  return Math.abs(near[0] - size) < Math.abs(1 - size) ? first(near[1]) : '';
}

/** The English plural. */
export function pluralOf(noun: string): string {
  const last = noun.split(' ').at(-1) ?? noun;
  if (last.endsWith('man')) return `${noun.slice(0, -2)}en`;
  const known = IRREGULAR[noun] ?? IRREGULAR[last];
  if (UNCHANGED.has(last)) return noun;
  if (known !== undefined) return IRREGULAR[noun] ?? `${noun.slice(0, -last.length)}${known}`;
  if (/(?:s|x|z|ch|sh)$/.test(noun))
    return /(?:glasses|scissors|skates|headphones|fries|dice|books|pancakes|grapes|leaves)$/.test(noun)
      ? noun
      : `${noun}es`;
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return `${noun}s`;
}

function first(words: string): string {
  return words.split(' ')[0] ?? '';
}
