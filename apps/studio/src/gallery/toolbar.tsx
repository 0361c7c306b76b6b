import { useEffect, useId, useRef, useState } from 'react';
import { Chip, Choice } from '../parts/field.js';
import { Icon } from '../parts/icon.js';
import type { GalleryQuery } from './query.js';

/** Typing is over when nothing was typed for so long, in milliseconds. */
const TYPED_MS = 250;

/** What to look for: words, kind, favourites, a tag. */
export function Toolbar({
  query,
  tags,
  onQuery,
}: {
  query: GalleryQuery;
  /** Tags that are known, for the list. */
  tags: readonly string[];
  onQuery: (query: GalleryQuery) => void;
}) {
  const id = useId();
  return (
    <search className="gallery-tools">
      <FindField find={query.find} onFind={(find) => onQuery({ ...query, find })} />
      <Choice
        label="Kind"
        value={query.kind ?? 'all'}
        onValue={(kind) => onQuery({ ...query, kind: kind === 'all' ? null : kind })}
        options={[
          { value: 'all', title: 'All' },
          { value: 'image', title: 'Images' },
          { value: 'music', title: 'Music' },
        ]}
      />
      <Chip on={query.favorite} onChange={(favorite) => onQuery({ ...query, favorite })}>
        <Icon name="star" size={15} filled={query.favorite} />
        <span className="gallery-favorite-word">Favourites</span>
      </Chip>
      <label className="unseen" htmlFor={id}>
        Tag
      </label>
      <select
        id={id}
        className="input gallery-tag"
        value={query.tag}
        onChange={(event) => onQuery({ ...query, tag: event.target.value })}
      >
        <option value="">Any tag</option>
        {[...new Set([...tags, ...(query.tag === '' ? [] : [query.tag])])].map((tag) => (
          <option key={tag} value={tag}>
            {tag}
          </option>
        ))}
      </select>
    </search>
  );
}

function FindField({ find, onFind }: { find: string; onFind: (find: string) => void }) {
  const [text, setText] = useState(find);
  const told = useRef(find);
  // Changed from outside: by the back button, or by a link.
  useEffect(() => {
    if (find !== told.current) setText(find);
    told.current = find;
  }, [find]);
  useEffect(() => {
    if (text === told.current) return undefined;
    const timer = window.setTimeout(() => {
      told.current = text;
      onFind(text);
    }, TYPED_MS);
    return () => window.clearTimeout(timer);
  }, [text, onFind]);
  return (
    <div className="gallery-find">
      <Icon name="search" size={18} />
      <input
        className="input"
        type="search"
        aria-label="Search prompts, tags and parameters"
        placeholder="Search prompts, tags, parameters"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  );
}
