/** A terminal's screen, as far as this command uses one, to see what a reader would see. */
export interface Screen {
  write(text: string): void;
  /** The rows, joined by line breaks. */
  text(): string;
  /** How often something was written. */
  writes(): number;
  cursorShown(): boolean;
}

/** Control sequences that move or erase (`\x1b[3A`), sequences of kitty and iTerm2, and single characters. */
const pieces = /\x1b\[\??[\d;]*[A-Za-z]|\x1b_G[^\x1b]*\x1b\\|\x1b\]1337;[^\x07]*\x07|\x1b[78]|[^]/gu;

export function createScreen(columns: number): Screen {
  const rows: string[] = [''];
  let row = 0;
  let column = 0;
  let writes = 0;
  let cursor = true;

  const newLine = () => {
    row += 1;
    column = 0;
    rows[row] ??= '';
  };
  const put = (character: string) => {
    if (column === columns) newLine();
    const cells = [...(rows[row] ?? '').padEnd(column)];
    cells[column] = character;
    rows[row] = cells.join('');
    column += 1;
  };
  const control = (sequence: string) => {
    const [, count = '', letter = ''] = /(\d*)([A-Za-z])$/.exec(sequence) ?? [];
    if (letter === 'A') row -= Number(count || 1);
    else if (letter === 'B') row += Number(count || 1);
    else if (sequence.startsWith('\x1b[?25')) cursor = letter === 'h';
    else if (sequence === '\x1b[J') {
      rows[row] = [...(rows[row] ?? '')].slice(0, column).join('');
      rows.length = row + 1;
    }
    if (row < 0) throw new Error('the cursor left the screen');
  };

  return {
    write(text) {
      writes += 1;
      for (const [piece] of text.matchAll(pieces)) {
        if (piece === '\n') newLine();
        else if (piece === '\r') column = 0;
        else if (piece.startsWith('\x1b')) control(piece);
        else put(piece);
      }
    },
    text: () => rows.join('\n'),
    writes: () => writes,
    cursorShown: () => cursor,
  };
}
