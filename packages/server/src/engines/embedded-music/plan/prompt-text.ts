import { DENIALS, UNSPACED_DENIALS } from './style-words.js';
import { wellFormed } from './well-formed.js';

const DENIAL = new RegExp(`(?:^|\\s)(?:${DENIALS.join('|')})\\s+(.+)$`, 'iu');
const UNSPACED = UNSPACED_DENIALS.map(([before, after]) => new RegExp(`^(.*?)${before}(.+?)${after}$`, 'u'));
const QUOTED = /["“”„«»][^"“”„«»]*["“”«»]/gu;

/** Parts a prompt at commas and line ends into styles, and takes out what is denied. */
export function splitStyles(prompt: string): { positive: string[]; negative: string[] } {
  const positive: string[] = [];
  const negative: string[] = [];
  const unquoted = prompt.replace(QUOTED, ' ');
  for (const part of unquoted.split(/[,;.!?\n，。、；]+|\s+(?:and|but|with)\s+(?=(?:no|without)\s)/u)) {
    const { kept: rest, denied } = splitDenial(part);
    const kept = shorten(rest, 200);
    if (kept !== '' && positive.length < 50) positive.push(kept);
    for (const one of denied.split(/\s+(?:and|or|und|oder|y|et)\s+/iu)) {
      const word = shorten(one.replace(/^(?:any|the|a)\s+/iu, ''), 200);
      if (word !== '' && negative.length < 50) negative.push(word);
    }
  }
  return { positive, negative };
}

/** What stands before a denial, and what it denies. */
function splitDenial(part: string): { kept: string; denied: string } {
  const found = DENIAL.exec(part);
  if (found) return { kept: part.slice(0, found.index), denied: found[1] ?? '' };
  for (const pattern of UNSPACED) {
    const [, kept = '', denied = ''] = pattern.exec(part.trim()) ?? [];
    if (denied !== '') return { kept, denied };
  }
  return { kept: part, denied: '' };
}

/** Quoted text is meant to be sung: its lines, at slashes and line ends. */
export function quotedLines(prompt: string): string[] {
  const quotes = [...prompt.matchAll(/["“„«]([^"“”„«»]{3,})["”“»]/gu)].map((found) => found[1] ?? '');
  return quotes
    .flatMap((quote) => quote.split(/\s*[/\n|]\s*/u))
    .map((line) => shorten(line, 500))
    .filter((line) => line !== '')
    .slice(0, 60);
}

/** The first words of the prompt, at most 60 characters, with a capital. */
export function titleOf(prompt: string): string {
  const first = shorten(prompt.replace(/["“”„«»]/gu, ' ').split(/[,;.!?\n，。]/u)[0] ?? '', 60);
  return first === '' ? '' : first.charAt(0).toUpperCase() + first.slice(1);
}

/** Cuts between characters, at a space if one is near, and keeps within a number of UTF-16 units. */
export function shorten(text: string, most: number): string {
  const trimmed = text.replace(/\s+/gu, ' ').trim();
  if (trimmed.length <= most) return trimmed;
  const cut = wellFormed(trimmed.slice(0, most)).replace(/\uFFFD$/u, '');
  const space = cut.lastIndexOf(' ');
  return (space > most / 2 ? cut.slice(0, space) : cut).trim();
}

/** A length that a prompt names ("2 minutes", "90 s", "1:30"), in milliseconds; null if none. */
export function namedLengthMs(prompt: string): number | null {
  const clock = /(?:^|[\s(])(\d{1,2}):([0-5]\d)(?=$|[\s,.)])/u.exec(prompt);
  if (clock) return (Number(clock[1]) * 60 + Number(clock[2])) * 1000;
  const minutes =
    /(\d{1,2}(?:[.,]\d)?)[\s-]?(?:minutes?|mins?|minuten|minutos|minuti|минуты?|минут|分钟|分)(?![\p{L}])/iu.exec(
      prompt,
    );
  if (minutes) return Math.round(Number((minutes[1] ?? '0').replace(',', '.')) * 60_000);
  const seconds =
    /(\d{1,3})[\s-]?(?:seconds?|secs?|s|sekunden|segundos|secondes|secondi|секунды?|секунд|秒)(?![\p{L}])/iu.exec(
      prompt,
    );
  return seconds ? Number(seconds[1]) * 1000 : null;
}
