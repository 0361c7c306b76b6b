import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { GalleryItem } from './item.js';

/** What is selected in the gallery. */
export interface Selection {
  ids: ReadonlySet<string>;
  /** Those that are still there, in the order of the gallery. */
  items: readonly GalleryItem[];
  /** One more or one less; `range`: all from the last one on. */
  toggle(index: number, range: boolean): void;
  clear(): void;
}

/** Selection over a list that moves: by id, not by place. */
export function useSelection(items: readonly GalleryItem[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const latest = useRef(items);
  useEffect(() => {
    latest.current = items;
  }, [items]);
  const anchor = useRef<string | null>(null);

  const toggle = useCallback((index: number, range: boolean) => {
    const all = latest.current;
    const item = all[index];
    if (item === undefined) return;
    const from = range ? all.findIndex(({ id }) => id === anchor.current) : -1;
    anchor.current = item.id;
    setIds((before) => {
      const after = new Set(before);
      if (from >= 0) {
        for (const { id } of all.slice(Math.min(from, index), Math.max(from, index) + 1)) after.add(id);
      } else if (!after.delete(item.id)) after.add(item.id);
      return after;
    });
  }, []);
  const clear = useCallback(() => setIds(new Set()), []);
  const chosen = useMemo(() => (ids.size === 0 ? [] : items.filter(({ id }) => ids.has(id))), [ids, items]);
  return { ids, items: chosen, toggle, clear };
}
