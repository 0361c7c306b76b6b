import { useCallback, useSyncExternalStore } from 'react';
import { type GridLayout, layoutFor, type RowRange, rowsInSight } from './grid-layout.js';

/** The layout of a grid in the page, and which of its rows to draw. Renders anew only when rows come or go. */
export function useRowRange(grid: HTMLElement | null, count: number): { layout: GridLayout; range: RowRange } {
  const subscribe = useCallback(
    (listener: () => void) => {
      if (grid === null) return () => undefined;
      const observer = new ResizeObserver(listener);
      observer.observe(grid);
      window.addEventListener('scroll', listener, { passive: true });
      window.addEventListener('resize', listener);
      return () => {
        observer.disconnect();
        window.removeEventListener('scroll', listener);
        window.removeEventListener('resize', listener);
      };
    },
    [grid],
  );
  // As text: equal looks are one, so that scrolling within a row renders nothing.
  const look = useSyncExternalStore(
    subscribe,
    () => (grid === null ? NOTHING : lookAt(grid, count)),
    () => NOTHING,
  );
  const [width = 0, from = 0, to = 0] = look.split(' ').map(Number);
  return { layout: layoutFor(width), range: { from, to } };
}

const NOTHING = '0 0 0';

function lookAt(grid: HTMLElement, count: number): string {
  const width = grid.clientWidth;
  const layout = layoutFor(width);
  const { top } = grid.getBoundingClientRect();
  const { from, to } = rowsInSight(top, window.innerHeight, Math.ceil(count / layout.columns), layout);
  return `${width} ${from} ${to}`;
}
