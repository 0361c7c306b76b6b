import { cellWidth, padToCells } from './cell-width.js';

/** Rows under a head, columns in line; a line each. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => cellWidth(row[column] ?? ''))));
  return all.map((row) =>
    row
      .map((text, column) => padToCells(text, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
