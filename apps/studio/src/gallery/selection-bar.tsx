import { useState } from 'react';
import { Button, IconButton } from '../parts/button.js';
import { Confirm } from '../parts/dialog.js';
import { go, linkTo } from '../shell/router.js';
import { type GalleryItem, itemName } from './item.js';
import type { GalleryActions } from './use-gallery-actions.js';

/** What can be done with what is selected. */
export function SelectionBar({
  items,
  actions,
  asking,
  onAsk,
  onClear,
}: {
  items: readonly GalleryItem[];
  actions: GalleryActions;
  /** Whether deletion is being asked about. */
  asking: boolean;
  onAsk: (asking: boolean) => void;
  onClear: () => void;
}) {
  const [tagging, setTagging] = useState<string | null>(null);
  const [first, second] = items;
  const allFavorite = items.every(({ job }) => job.favorite);
  return (
    <div className="gallery-selection" role="toolbar" aria-label="What is selected">
      <strong className="figures-even" role="status">
        {items.length} selected
      </strong>
      <div className="button-row">
        <Button
          size="small"
          icon="star"
          onClick={() => void actions.favorite(items, !allFavorite)}
          aria-pressed={allFavorite}
        >
          Favourite
        </Button>
        {tagging === null ? (
          <Button size="small" icon="tag" onClick={() => setTagging('')}>
            Tag
          </Button>
        ) : (
          <form
            className="field-joined"
            onSubmit={(event) => {
              event.preventDefault();
              if (tagging.trim() !== '') void actions.addTag(items, tagging.trim());
              setTagging(null);
            }}
          >
            <input
              className="input gallery-tag-input"
              aria-label="Tag to add"
              maxLength={64}
              autoFocus
              value={tagging}
              onChange={(event) => setTagging(event.target.value)}
            />
            <Button size="small" type="submit">
              Add
            </Button>
          </form>
        )}
        <Button size="small" icon="download" onClick={() => void actions.download(items)}>
          Download
        </Button>
        <Button
          size="small"
          icon="compare"
          disabled={items.length !== 2}
          onClick={() => {
            if (first !== undefined && second !== undefined)
              go(linkTo('gallery', ['compare', itemName(first), itemName(second)]));
          }}
        >
          Compare
        </Button>
        <Button size="small" tone="danger" icon="trash" onClick={() => onAsk(true)}>
          Delete
        </Button>
      </div>
      <IconButton size="small" icon="close" label="Select nothing" onClick={onClear} />
      {asking ? (
        <Confirm
          title={items.length === 1 ? 'Delete this file?' : `Delete ${items.length} files?`}
          action="Delete"
          onClose={() => onAsk(false)}
          onConfirm={() => {
            void actions.remove(items);
            onClear();
          }}
        >
          They are removed from the server for good. A job whose files are all deleted goes with them.
        </Confirm>
      ) : null}
    </div>
  );
}
