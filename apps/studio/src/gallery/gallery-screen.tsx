import { useCallback, useEffect, useMemo, useState } from 'react';
import { useJobActions } from '../job/use-job-actions.js';
import { Button, ButtonLink } from '../parts/button.js';
import { EmptyState, Problem } from '../parts/panel.js';
import { go, linkTo } from '../shell/router.js';
import { ScreenHead } from '../shell/screen-head.js';
import type { ScreenProps } from '../shell/screen-props.js';
import { wordsOf } from '../shell/words.js';
import './gallery.css';
import { GalleryGrid } from './gallery-grid.js';
import { GalleryOverlay } from './gallery-overlay.js';
import { type GalleryItem, itemName } from './item.js';
import { type GalleryQuery, readQuery, writeQuery } from './query.js';
import { SelectionBar } from './selection-bar.js';
import type { TileVerbs } from './tile.js';
import { Toolbar } from './toolbar.js';
import { useGallery } from './use-gallery.js';
import { useGalleryActions } from './use-gallery-actions.js';
import { useIsAway } from './use-is-away.js';
import { useSelection } from './use-selection.js';

/** Gallery: all that was made, newest first; new things come in by themselves and never move what is looked at. */
export function GalleryScreen({ rest, query: search }: ScreenProps) {
  const query = useMemo(() => readQuery(search), [search]);
  const { view, store } = useGallery(query);
  const { items } = view;
  const selection = useSelection(items);
  const actions = useGalleryActions();
  const { favorite } = useJobActions();
  const [active, setActive] = useState(0);
  const [asking, setAsking] = useState(false);
  const { toggle, clear } = selection;

  // What arrives waits outside while it would move something that is looked at.
  const isBusy = useIsAway() || selection.ids.size > 0 || rest.length > 0;
  useEffect(() => store.hold(isBusy), [store, isBusy]);

  const place = useMemo(() => writeQuery(query), [query]);
  const find = useCallback((next: GalleryQuery) => go(linkTo('gallery', [], writeQuery(next)), 'replace'), []);
  const open = useCallback((item: GalleryItem) => go(linkTo('gallery', [itemName(item)], place)), [place]);
  const verbs = useMemo(
    (): TileVerbs => ({
      open: (index) => {
        const item = store.get().items[index];
        if (item !== undefined) open(item);
      },
      select: toggle,
      broken: ({ job }) => store.refresh(job.id),
    }),
    [store, open, toggle],
  );
  const nearEnd = useCallback(() => store.loadMore(), [store]);

  function press(key: string, index: number): boolean {
    const item = items[index];
    if (item === undefined) return false;
    if (key === 'Enter') open(item);
    else if (key === ' ' || key === 'x') toggle(index, false);
    else if (key === 'f') void favorite(item.job, !item.job.favorite);
    else if (key === 'Escape' && selection.ids.size > 0) clear();
    else if (key === 'Delete') {
      if (selection.ids.size === 0) toggle(index, false);
      setAsking(true);
    } else return false;
    return true;
  }

  function showNew(): void {
    clear();
    window.scrollTo({ top: 0 });
    store.hold(false);
    setActive(0);
  }

  return (
    <>
      <ScreenHead title="Gallery" />
      <div className="gallery-bar">
        <Toolbar query={query} tags={useTags(items)} onQuery={find} />
        {selection.items.length > 0 ? (
          <SelectionBar
            items={selection.items}
            actions={actions}
            asking={asking}
            onAsk={setAsking}
            onClear={() => {
              setAsking(false);
              clear();
            }}
          />
        ) : null}
      </div>
      {view.held > 0 ? (
        <div className="gallery-new">
          <Button size="small" tone="primary" icon="up" onClick={showNew}>
            {view.held} new
          </Button>
        </div>
      ) : null}
      {view.status === 'unavailable' ? <Problem>{wordsOf(view.error)}</Problem> : null}
      {view.status === 'loading' ? <p className="frame-wait">Fetching the gallery…</p> : null}
      {view.status === 'live' && items.length === 0 && !view.hasMore ? (
        <Nothing isFiltered={Object.keys(place).length > 0} onAll={() => go(linkTo('gallery'), 'replace')} />
      ) : (
        <GalleryGrid
          items={items}
          active={Math.min(active, Math.max(0, items.length - 1))}
          selected={selection.ids}
          verbs={verbs}
          onActive={setActive}
          onKey={press}
          onNearEnd={nearEnd}
        />
      )}
      <GalleryOverlay rest={rest} items={items} place={place} actions={actions} onActive={setActive} />
    </>
  );
}

function Nothing({ isFiltered, onAll }: { isFiltered: boolean; onAll: () => void }) {
  return isFiltered ? (
    <EmptyState icon="search" title="Nothing fits" actions={<Button onClick={onAll}>Show everything</Button>}>
      Other words, another tag, or fewer conditions may find it.
    </EmptyState>
  ) : (
    <EmptyState
      icon="gallery"
      title="Nothing was made yet"
      actions={
        <ButtonLink tone="primary" icon="image" href={linkTo('image')}>
          Create an image
        </ButtonLink>
      }
    >
      Finished pictures and songs appear here by themselves.
    </EmptyState>
  );
}

/** The tags of what is loaded, most used first. Those of grids are for machines. */
function useTags(items: readonly GalleryItem[]): string[] {
  return useMemo(() => {
    const counts = new Map<string, number>();
    for (const { job, slot } of items)
      if (slot === 0) for (const tag of job.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    return [...counts]
      .filter(([tag]) => !tag.startsWith('grid:'))
      .sort(([, left], [, right]) => right - left)
      .map(([tag]) => tag)
      .slice(0, 50);
  }, [items]);
}
