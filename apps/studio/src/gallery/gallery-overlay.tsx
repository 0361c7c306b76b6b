import { useCallback, useState } from 'react';
import { Confirm } from '../parts/dialog.js';
import { go, linkTo } from '../shell/router.js';
import { Compare } from './compare.js';
import { Detail } from './detail.js';
import { type GalleryItem, itemName, parseItemName } from './item.js';
import type { GalleryActions } from './use-gallery-actions.js';

/** What lies over the gallery: one item in full (`j_1.0`), or two beside each other (`compare/j_1.0/j_2.0`). */
export function GalleryOverlay({
  rest,
  items,
  place,
  actions,
  onActive,
}: {
  rest: readonly string[];
  items: readonly GalleryItem[];
  /** The query, kept in the address. */
  place: Record<string, string>;
  actions: GalleryActions;
  /** The keyboard goes on from the item that was looked at. */
  onActive: (index: number) => void;
}) {
  const [deleting, setDeleting] = useState<GalleryItem | null>(null);
  const [what, leftName, rightName] = rest;
  const one = parseItemName(what);
  const [left, right] = [parseItemName(leftName), parseItemName(rightName)];
  const close = useCallback(() => go(linkTo('gallery', [], place)), [place]);

  const step = useCallback(
    (by: 1 | -1) => {
      const index = items.findIndex((item) => itemName(item) === what);
      const next = items[index + by];
      if (index < 0 || next === undefined) return;
      onActive(index + by);
      go(linkTo('gallery', [itemName(next)], place), 'replace');
    },
    [items, what, place, onActive],
  );

  if (what === 'compare' && left !== null && right !== null)
    return <Compare left={left} right={right} onClose={close} />;
  if (one === null) return null;
  return (
    <>
      <Detail jobId={one.jobId} slot={one.slot} onClose={close} onStep={step} onDelete={setDeleting} />
      {deleting === null ? null : (
        <Confirm
          title="Delete this file?"
          action="Delete"
          onClose={() => setDeleting(null)}
          onConfirm={() => {
            void actions.remove([deleting]);
            close();
          }}
        >
          It is removed from the server for good. A job whose files are all deleted goes with them.
        </Confirm>
      )}
    </>
  );
}
