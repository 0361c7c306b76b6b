import { LIMITS } from '../limits.js';

/** An object whose members may be anything. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value as an object with members; null for anything else. */
export function asFields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

/** A text of at most so many characters that can be sent as UTF-8. */
export function textOf(value: unknown, mostChars: number): string | undefined {
  if (typeof value !== 'string' || value.length > mostChars || /\p{Surrogate}/u.test(value)) return undefined;
  return value;
}

/** A number within bounds, both included. */
export function numberOf(value: unknown, least: number, most: number): number | undefined {
  return typeof value === 'number' && value >= least && value <= most ? value : undefined;
}

/** A whole number within bounds, both included. */
export function wholeOf(value: unknown, least: number, most: number): number | undefined {
  return Number.isInteger(value) ? numberOf(value, least, most) : undefined;
}

/** One of some words. */
export function wordOf<const Word extends string>(value: unknown, words: readonly Word[]): Word | undefined {
  return words.find((word) => word === value);
}

/** The texts of a list; what is none is left out, and so is what goes beyond `most`. */
export function textsOf(value: unknown, most: number, mostChars: number): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [];
  return list
    .map((one) => textOf(one, mostChars))
    .filter((one) => one !== undefined)
    .slice(0, most);
}

/** The same without members that are undefined. */
export function withoutAbsent<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const present = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(present) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** Whether a value nests no deeper than JSON may here. A loop over layers: recursion is what hostile nesting would overflow. */
export function isShallow(value: unknown): boolean {
  let layer: unknown[] = [value];
  for (let depth = 0; layer.length > 0; depth++) {
    if (depth > LIMITS.jsonDepth) return false;
    layer = layer.flatMap((one): unknown[] => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return true;
}
