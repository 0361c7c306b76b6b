/** One line of the table. */
export interface Row {
  /** What was measured. */
  what: string;
  /** Rendercast's figure with its unit. */
  ours: string;
  /** The peer's, or a dash. */
  peer: string;
  /** What the goal says, or a dash. */
  goal: string;
  /** Whether it was reached; null where there is no goal. */
  reached: boolean | null;
  /** What one has to know to read it. */
  note: string;
}

/** Lines as a Markdown table. */
export function formatTable(rows: readonly Row[]): string {
  const head = ['figure', 'Rendercast', 'peer', 'goal', '', 'note'];
  const lines = rows.map((row) => [row.what, row.ours, row.peer, row.goal, verdict(row.reached), row.note]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => (line[column] ?? '').length)),
  );
  const write = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(column === cells.length - 1 ? 0 : (widths[column] ?? 0))).join(' | ')} |`;
  return [
    write(head),
    write(widths.map((width, column) => '-'.repeat(column === 5 ? 4 : width))),
    ...lines.map(write),
  ].join('\n');
}

function verdict(reached: boolean | null): string {
  if (reached === null) return '';
  return reached ? 'met' : 'MISSED';
}
