const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

// East Asian wide and fullwidth blocks, and pictographs that terminals draw two cells wide.
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;

const plainAscii = /^[\x20-\x7e]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences
const colours = /\x1b\[[0-9;]*m/g;

/** How many cells a text takes in a terminal; colours take none. */
export function cellWidth(text: string): number {
  const bare = text.replace(colours, '');
  if (plainAscii.test(bare)) return bare.length;
  let cells = 0;
  for (const { segment } of graphemes.segment(bare)) cells += widthOf(segment);
  return cells;
}

/** Cuts a text without colours to at most so many cells, with `…` where something is missing. */
export function cutToCells(text: string, maxCells: number): string {
  if (maxCells <= 0) return '';
  if (cellWidth(text) <= maxCells) return text;
  let kept = '';
  let cells = 0;
  for (const { segment } of graphemes.segment(text)) {
    if (cells + widthOf(segment) > maxCells - 1) break;
    kept += segment;
    cells += widthOf(segment);
  }
  return `${kept}…`;
}

/** Fills a text up with spaces to so many cells. */
export function padToCells(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - cellWidth(text)));
}

function widthOf(grapheme: string): number {
  if (/^[\p{Mn}\p{Me}\p{Cf}]+$/u.test(grapheme)) return 0;
  return wide.test(grapheme) ? 2 : 1;
}
