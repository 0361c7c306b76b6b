import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { moved } from './grid-layout.js';
import type { GalleryItem } from './item.js';
import { Tile, type TileVerbs } from './tile.js';
import { useRowRange } from './use-row-range.js';

/** How near to the end of what is loaded more is asked for, in rows. */
const AHEAD_ROWS = 6;

/** The tiles. Only the rows in sight are in the page, whatever the number of items; the one with the focus stays. */
export function GalleryGrid({
  items,
  active,
  selected,
  verbs,
  onActive,
  onKey,
  onNearEnd,
}: {
  items: readonly GalleryItem[];
  /** Index of the item where the keyboard is. */
  active: number;
  selected: ReadonlySet<string>;
  verbs: TileVerbs;
  onActive: (index: number) => void;
  /** Keys that are not about moving; true when it was one of its own. */
  onKey: (key: string, index: number) => boolean;
  onNearEnd: () => void;
}) {
  const [grid, setGrid] = useState<HTMLDivElement | null>(null);
  const wantsFocus = useRef(false);
  const { layout, range } = useRowRange(grid, items.length);
  const { columns, row, tile } = layout;
  const rows = Math.ceil(items.length / columns);
  const activeRow = Math.floor(active / columns);
  const isNearEnd = range.to >= rows - AHEAD_ROWS;

  useEffect(() => {
    if (isNearEnd) onNearEnd();
  }, [isNearEnd, onNearEnd, items.length]);

  useEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    const element = grid?.querySelector<HTMLElement>(`[data-index="${active}"]`);
    element?.focus({ preventScroll: true });
    element?.scrollIntoView({ block: 'nearest' });
  }, [active, grid]);

  const drawn = useMemo(() => {
    const indexes = Array.from({ length: range.to - range.from }, (_, index) => range.from + index);
    return activeRow < rows && !indexes.includes(activeRow) ? [...indexes, activeRow] : indexes;
  }, [range, activeRow, rows]);

  function press(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const pageRows = Math.max(1, Math.floor(window.innerHeight / row) - 1);
    const to = moved(event.key, active, items.length, columns, pageRows);
    if (to !== null) {
      wantsFocus.current = true;
      onActive(to);
    } else if (!onKey(event.key, active)) return;
    event.preventDefault();
  }

  return (
    <div
      ref={setGrid}
      className="gallery-grid"
      role="grid"
      aria-label="Pictures and songs"
      aria-multiselectable="true"
      aria-rowcount={rows}
      aria-colcount={columns}
      style={{ height: Math.max(0, rows * row - (row - tile)) }}
      onKeyDown={press}
      onFocus={(event) => {
        const index = Number((event.target as HTMLElement).dataset['index']);
        if (Number.isInteger(index)) onActive(index);
      }}
    >
      {drawn.map((index) => (
        <div
          key={index}
          role="row"
          className="gallery-row"
          aria-rowindex={index + 1}
          style={{
            transform: `translateY(${index * row}px)`,
            height: tile,
            gridTemplateColumns: `repeat(${columns}, ${tile}px)`,
          }}
        >
          {items.slice(index * columns, (index + 1) * columns).map((item, column) => (
            <Tile
              key={item.id}
              item={item}
              index={index * columns + column}
              column={column}
              active={index * columns + column === active}
              selected={selected.has(item.id)}
              selecting={selected.size > 0}
              verbs={verbs}
            />
          ))}
        </div>
      ))}
    </div>
  );
}
