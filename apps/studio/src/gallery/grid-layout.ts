/** How tiles lie: how many beside each other and how large. All in pixels. */
export interface GridLayout {
  columns: number;
  tile: number;
  /** From one row to the next. */
  row: number;
}

/** Which rows are drawn: those in sight and some around them. `to` is not one of them. */
export interface RowRange {
  from: number;
  to: number;
}

const GAP = 10;
/** Rows drawn above and below what is seen, so that a quick scroll finds them there. */
const AROUND = 3;

/** The layout for a width. */
export function layoutFor(width: number): GridLayout {
  const least = width < 600 ? 104 : 176;
  const columns = Math.max(2, Math.floor((width + GAP) / (least + GAP)));
  const tile = Math.max(1, (width - GAP * (columns - 1)) / columns);
  return { columns, tile, row: tile + GAP };
}

/** The rows to draw. `top` is where the grid begins, seen from the top of the window: negative once it is scrolled past. */
export function rowsInSight(top: number, windowHeight: number, rows: number, layout: GridLayout): RowRange {
  const from = Math.floor(-top / layout.row) - AROUND;
  const to = Math.ceil((windowHeight - top) / layout.row) + AROUND;
  return { from: Math.max(0, Math.min(from, rows)), to: Math.max(0, Math.min(to, rows)) };
}

/** Where a key leads from an item; null: it is no key of the grid. */
export function moved(key: string, from: number, count: number, columns: number, pageRows: number): number | null {
  const to = {
    ArrowRight: from + 1,
    ArrowLeft: from - 1,
    ArrowDown: from + columns,
    ArrowUp: from - columns,
    Home: 0,
    End: count - 1,
    PageDown: from + pageRows * columns,
    PageUp: from - pageRows * columns,
  }[key];
  return to === undefined ? null : Math.max(0, Math.min(count - 1, to));
}
