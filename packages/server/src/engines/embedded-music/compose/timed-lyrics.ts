import type { TimedLine } from './score.js';

/** Minutes, seconds and hundredths, as lyric files write them. */
function stamp(ms: number): string {
  const hundredths = Math.round(ms / 10);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(hundredths / 6000))}:${two(Math.floor(hundredths / 100) % 60)}.${two(hundredths % 100)}`;
}

/** Timed lyrics as an LRC file, with the time of each word in angle brackets. Empty for a song without words. */
export function lrcOf(lines: readonly TimedLine[]): string {
  return lines
    .map(({ text, startMs, endMs, words }) => {
      const sung = words.map((word) => `<${stamp(word.startMs)}> ${word.text}`).join(' ');
      return `[${stamp(startMs)}] ${sung === '' ? text : `${sung} <${stamp(endMs)}>`}\n`;
    })
    .join('');
}
