import { useClient } from '@rendercast/client/react';
import { memo } from 'react';
import { Icon } from '../parts/icon.js';
import { duration } from '../shell/format.js';
import { titleOf } from '../shell/title.js';
import type { GalleryItem } from './item.js';

/** What a tile tells its grid. */
export interface TileVerbs {
  open(index: number): void;
  /** `range`: all from the last one on. */
  select(index: number, range: boolean): void;
  /** Its picture could not be loaded. */
  broken(item: GalleryItem): void;
}

/** One picture or song of the grid. */
export const Tile = memo(function Tile({
  item,
  index,
  column,
  active,
  selected,
  selecting,
  verbs,
}: {
  item: GalleryItem;
  index: number;
  column: number;
  /** Where the keyboard is. */
  active: boolean;
  selected: boolean;
  /** Something is selected: a click selects too. */
  selecting: boolean;
  verbs: TileVerbs;
}) {
  const client = useClient();
  const { job, artifact } = item;
  const path = artifact.thumbnailUrl ?? (job.kind === 'image' ? artifact.url : undefined);
  return (
    <div
      role="gridcell"
      className="tile"
      data-index={index}
      aria-colindex={column + 1}
      aria-selected={selected}
      aria-label={`${titleOf(job)}${job.favorite ? ', favourite' : ''}`}
      tabIndex={active ? 0 : -1}
      onClick={(event) => {
        if (selecting || event.ctrlKey || event.metaKey || event.shiftKey) verbs.select(index, event.shiftKey);
        else verbs.open(index);
      }}
    >
      {path === undefined ? (
        <span className="tile-song">
          <Icon name="music" size={30} />
          <span className="tile-title">{titleOf(job)}</span>
          {artifact.durationMs === null ? null : <span className="small">{duration(artifact.durationMs)}</span>}
        </span>
      ) : (
        <img src={client.address(path)} alt="" decoding="async" draggable={false} onError={() => verbs.broken(item)} />
      )}
      {job.favorite ? (
        <span className="tile-star">
          <Icon name="star" size={16} filled />
        </span>
      ) : null}
      <span
        className="tile-check"
        data-on={selected || undefined}
        onClick={(event) => {
          event.stopPropagation();
          verbs.select(index, event.shiftKey);
        }}
      >
        <Icon name="check" size={16} />
      </span>
    </div>
  );
});
