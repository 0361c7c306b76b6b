import { cellWidth, cutToCells } from '../terminal/cell-width.js';
import type { Paint } from '../terminal/terminal.js';
import type { Description, Part } from './describe-job.js';

/** How a line may be drawn. */
export interface LineStyle {
  /** Cells of the terminal. */
  columns: number;
  /** Block characters and `·`, or plain ASCII. */
  unicode: boolean;
  paint: Paint;
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/**
 * One line about a job that never wraps: `title ███████▌    42 % · step 16/38 · 12 s left`. What does not fit is left out,
 * the least important first, then the bar; the title is cut last.
 */
export function barLine(description: Description, style: LineStyle, label = ''): string {
  const room = style.columns - 1; // the last cell stays free: some terminals wrap when it is written
  const separator = style.unicode ? ' · ' : ' - ';
  const title = label === '' ? description.title : `${label}  ${description.title}`;
  // A fifth of the terminal, whatever the words: a bar that changes its length cannot be read.
  const barCells = Math.min(30, Math.max(8, Math.floor(style.columns / 5)));
  let parts = description.parts;
  let withBar = description.fraction !== undefined;
  const cells = () =>
    cellWidth(title) + (withBar ? 1 + barCells : 0) + (parts.length > 0 ? 2 : 0) + textCells(parts, separator);
  while (cells() > room && parts.length > 1) parts = withoutLeast(parts);
  if (cells() > room) withBar = false;
  if (cells() > room) return cutToCells([title, ...parts.map((part) => part.text)].join('  '), room);

  const bar = withBar ? ` ${drawBar(description.fraction ?? null, barCells, style)}` : '';
  const words = parts.map((part) => part.text).join(style.paint.dim(separator));
  return `${paintTitle(description, label, style.paint)}${bar}${parts.length > 0 ? `  ${words}` : ''}`;
}

/** The bar alone. An unknown fraction is drawn as a row of dots that claims nothing. */
export function drawBar(
  fraction: number | null,
  cells: number,
  { unicode, paint }: Pick<LineStyle, 'unicode' | 'paint'>,
): string {
  if (fraction === null) return paint.dim((unicode ? '·' : '.').repeat(cells));
  const filled = Math.min(1, Math.max(0, fraction)) * cells;
  const whole = Math.floor(filled);
  if (!unicode) return paint.cyan('#'.repeat(whole)) + paint.dim('-'.repeat(cells - whole));
  const part = whole < cells ? (eighths[Math.floor((filled - whole) * 8)] ?? '') : '';
  return paint.cyan('█'.repeat(whole) + part) + paint.dim('░'.repeat(cells - whole - part.length));
}

function textCells(parts: readonly Part[], separator: string): number {
  return (
    parts.reduce((cells, part) => cells + cellWidth(part.text), 0) + Math.max(0, parts.length - 1) * separator.length
  );
}

function withoutLeast(parts: readonly Part[]): Part[] {
  const least = parts.reduce((found, part) => (part.keep < found.keep ? part : found));
  return parts.filter((part) => part !== least);
}

function paintTitle({ title }: Description, label: string, paint: Paint): string {
  const colour = { done: paint.green, failed: paint.red, canceled: paint.yellow }[title] ?? paint.bold;
  return label === '' ? colour(title) : `${paint.dim(label)}  ${colour(title)}`;
}
