import type { Filter } from '@rendercast/protocol/commands';
import type { Job } from '@rendercast/protocol/job';
import { type KeyboardEvent, type ReactElement, useEffect, useRef } from 'react';
import { titleOf } from '../job-words.js';
import { useFeed } from '../use-feed.js';
import { useWords } from '../words.js';
import { JobPicture } from './job-picture.js';

/** Which works are shown, and who is told of a choice. */
export interface GalleryProps {
  /** Default: all that succeeded. */
  filter?: Omit<Filter, 'state'> | undefined;
  onOpen?: ((job: Job) => void) | undefined;
  className?: string | undefined;
}

/** What was made, newest first; new works come in by themselves. Arrow keys, Home and End go through them. */
export function Gallery({ filter = {}, onOpen, className = '' }: GalleryProps): ReactElement {
  const words = useWords();
  const grid = useRef<HTMLUListElement>(null);
  const { jobs, status, error, hasMore, loadMore } = useFeed({ ...filter, state: ['succeeded'] }, { levels: false });
  const more = (): void => void loadMore().catch(() => undefined);

  function move(event: KeyboardEvent<HTMLUListElement>): void {
    const tiles = [...(grid.current?.querySelectorAll('button') ?? [])];
    const now = tiles.findIndex((tile) => tile === document.activeElement);
    const row = columnsOf(tiles);
    const next = {
      ArrowRight: now + 1,
      ArrowLeft: now - 1,
      ArrowDown: now + row,
      ArrowUp: now - row,
      Home: 0,
      End: tiles.length - 1,
    }[event.key];
    const tile = next === undefined || next < 0 ? undefined : tiles[next];
    if (tile === undefined) return;
    event.preventDefault();
    tile.focus();
  }

  return (
    <section className={`rc-gallery ${className}`} aria-label={words.gallery} aria-busy={status === 'loading'}>
      {error === null ? null : <p className="rc-problem">{error.message}</p>}
      {status === 'live' && jobs.length === 0 ? <p className="rc-quiet">{words.galleryEmpty}</p> : null}
      <ul className="rc-gallery-grid" ref={grid} onKeyDown={move}>
        {jobs.map(({ job }) => (
          <li key={job.id}>
            <button type="button" className="rc-tile" onClick={() => onOpen?.(job)}>
              <JobPicture job={job} size="thumbnail" />
              <span className="rc-title">{titleOf(job)}</span>
            </button>
          </li>
        ))}
      </ul>
      {hasMore ? <More onMore={more}>{words.older}</More> : null}
    </section>
  );
}

/** Brings older ones when it comes into sight, and when it is pressed. */
function More({ onMore, children }: { onMore: () => void; children: string }): ReactElement {
  const button = useRef<HTMLButtonElement>(null);
  const newest = useRef(onMore);
  useEffect(() => {
    newest.current = onMore;
  }, [onMore]);
  useEffect(() => {
    if (button.current === null || !('IntersectionObserver' in globalThis)) return undefined;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) newest.current();
    });
    observer.observe(button.current);
    return () => observer.disconnect();
  }, []);
  return (
    <button type="button" className="rc-button" ref={button} onClick={onMore}>
      {children}
    </button>
  );
}

/** How many tiles stand beside each other. */
function columnsOf(tiles: readonly HTMLElement[]): number {
  const top = tiles[0]?.offsetTop;
  const second = tiles.findIndex((tile) => tile.offsetTop !== top);
  return second < 1 ? Math.max(1, tiles.length) : second;
}
