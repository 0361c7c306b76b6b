import { InvalidArgumentError } from 'commander';

/** A whole number, as an option's argument. The server knows the bounds and names them. */
export function wholeNumber(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** A number. */
export function decimal(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

/** `768x512` → width and height in pixels. */
export function size(text: string): { width: number; height: number } {
  const match = /^(\d{1,5})[x×](\d{1,5})$/i.exec(text);
  if (match === null) throw new InvalidArgumentError('Write it as WIDTHxHEIGHT, like 768x512.');
  return { width: Number(match[1]), height: Number(match[2]) };
}

/** A length of time in milliseconds: `90` or `90s`, `1:30`, `2m`, `90000ms`. */
export function duration(text: string): number {
  const clock = /^(\d{1,3}):([0-5]\d)$/.exec(text);
  if (clock !== null) return (Number(clock[1]) * 60 + Number(clock[2])) * 1000;
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min)?$/.exec(text);
  if (match === null) throw new InvalidArgumentError('Write it like 90s, 1:30 or 2m.');
  const unitMs = { ms: 1, s: 1_000, m: 60_000, min: 60_000 }[match[2] ?? 's'] ?? 1_000;
  return Math.round(Number(match[1]) * unitMs);
}

/** Adds to what earlier uses of the same option brought. */
export function collect(text: string, earlier: readonly string[] = []): string[] {
  return [...earlier, text];
}
