import type { Chance } from '../../stories/chance.js';

/** Values that have broken programs before. None can be mistaken for something that belongs to this machine. */
const HOSTILE_STRINGS = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'fox\udfff',
  '\u202e\u2066fox',
  '\ufeff',
  '\r\nX-Evil: yes\r\n\r\n',
  '../../../../etc/passwd',
  '..%2f..%2f',
  '%00',
  '%',
  '%c0%ae%c0%ae',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  "'; DROP TABLE jobs; --",
  '" OR ""="',
  '*',
  '(((',
  'NEAR("a" "b")',
  'a AND',
  '-',
  '^"',
  'k3v9:-1',
  'k3v9:999999999999999999999',
  ':',
  '1.1',
  '-1.0.0',
  '9'.repeat(400),
  'NaN',
  'Infinity',
  '1e999',
  '0x10',
  'true',
  'null',
  '[object Object]',
  '<script>alert(1)</script>',
  '${7*7}{{7*7}}',
  '\uffff'.repeat(50),
  '👩‍👩‍👧‍👦'.repeat(20),
  'x'.repeat(129),
  'x'.repeat(10_001),
] as const;

const HOSTILE_NUMBERS = [
  0,
  -0,
  -1,
  1.5,
  1e-320,
  1e308,
  -1e308,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  2 ** 53 + 2,
  2 ** 63,
  1e21,
  -(2 ** 31) - 1,
] as const;

const HOSTILE_KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'length',
  '',
  '\ud800',
  'type',
  'id',
  'x',
] as const;

export function hostileString(chance: Chance): string {
  return chance.pick(HOSTILE_STRINGS);
}

function hostileValue(chance: Chance): unknown {
  switch (chance.between(0, 9)) {
    case 0:
      return null;
    case 1:
      return chance.happens(0.5);
    case 2:
      return chance.pick(HOSTILE_NUMBERS);
    case 3:
      return [];
    case 4:
      return {};
    case 5:
      return nested(chance.between(2, 90), chance.happens(0.5));
    case 6:
      return Array.from({ length: chance.pick([2, 33, 101, 1_000]) }, () => 'a');
    default:
      return hostileString(chance);
  }
}

function nested(depth: number, asLists: boolean): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level += 1) value = asLists ? [value] : { a: value };
  return value;
}

/** A copy with some of its parts taken away, swapped for hostile ones, or added. */
export function mutateValue(value: unknown, chance: Chance): unknown {
  let made = structuredClone(value);
  for (let count = chance.between(1, 3); count > 0; count -= 1) made = mutateOnce(made, chance);
  return made;
}

function mutateOnce(value: unknown, chance: Chance): unknown {
  if (typeof value !== 'object' || value === null || chance.happens(0.15)) return hostileValue(chance);
  const holder = value as Record<string, unknown>;
  const keys = Object.keys(holder);
  const key = keys.length === 0 ? undefined : keys[chance.between(0, keys.length - 1)];
  const choice = chance.between(0, 4);
  if (key === undefined || choice === 0) {
    if (Array.isArray(value)) return [...(value as unknown[]), hostileValue(chance)];
    // As JSON.parse does it: a key of one's own, also where its name is the prototype's.
    Object.defineProperty(holder, chance.pick(HOSTILE_KEYS), {
      value: hostileValue(chance),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else if (choice === 1) delete holder[key];
  else holder[key] = choice === 2 ? hostileValue(chance) : mutateOnce(holder[key], chance);
  return value;
}

/** A text with bytes lost, doubled, swapped or added; it may be no JSON any more, or JSON with a key twice. */
export function mutateText(text: string, chance: Chance): string {
  const at = chance.between(0, Math.max(0, text.length - 1));
  const some = chance.between(1, 12);
  switch (chance.between(0, 9)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(at);
    case 2:
      return text.slice(0, at) + text.slice(at + some);
    case 3:
      return text.slice(0, at) + text.slice(at, at + some) + text.slice(at);
    case 4:
      return text.slice(0, at) + String.fromCharCode(chance.between(0, 255)) + text.slice(at + 1);
    case 5:
      return text.replace(/[:,{}[\]"]/g, (mark) =>
        chance.happens(0.1) ? chance.pick(['', ':', ',', '{', ']', '"']) : mark,
      );
    case 6:
      return `${'['.repeat(chance.pick([10, 65, 5_000, 100_000]))}${text}`;
    case 7:
      return text.replace(/^\{/, () => `{${text.slice(1, -1)},`); // every key twice
    case 8:
      return text.replace(/"[^"]*"/, () => `"\\u${chance.pick(['d800', 'dfff', '0000', 'zzzz', 'd83d'])}"`);
    default:
      return `${text.slice(0, at)}${hostileString(chance)}${text.slice(at)}`;
  }
}

/** Bytes that are no UTF-8 somewhere. */
export function breakBytes(bytes: Buffer, chance: Chance): Buffer {
  const bad = chance.pick(['ff', 'c0af', 'eda080', 'f4908080', '80', 'e282', 'fe']);
  const at = chance.between(0, bytes.length);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(bad, 'hex'), bytes.subarray(at)]);
}

/** So many random bytes. */
export function randomBytes(length: number, chance: Chance): Buffer {
  const bytes = Buffer.alloc(length);
  for (let index = 0; index < length; index += 1) bytes[index] = chance.between(0, 255);
  return bytes;
}
