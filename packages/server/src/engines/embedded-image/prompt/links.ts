import type { RelationKind } from './describing.js';
import type { Wish, Wishes } from './wishes.js';

/** Ties things that are named before and after a word like "on" or "behind". */
export interface Links {
  /** A word of relation was read. */
  start(kind: RelationKind): void;
  /** "Behind it": the next thing stands to the one before the word, not the other way round. */
  turn(): void;
  /** A thing was named. */
  named(wish: Wish<string>): void;
  /** Whether the next thing will be tied to another. */
  open(): boolean;
  kind(): RelationKind | null;
  /** The end of a phrase: only a relation that came first waits on ("on a roof, two birds"). */
  pause(): void;
  /** Something else was named that nothing can be tied to. */
  drop(): void;
}

interface Link {
  kind: RelationKind;
  from: Wish<string> | null;
  to: Wish<string> | null;
  /** How many it tied; "between" ties two. */
  tied: number;
}

/** Too loose to tie a thing that comes later to one that was named first. */
const LOOSE: ReadonlySet<RelationKind> = new Set<RelationKind>(['with', 'in', 'beside']);

export function createLinks({ subjects, relations }: Wishes): Links {
  let link: Link | null = null;

  function tie(from: Wish<string>, kind: RelationKind, to: Wish<string>): void {
    relations.push({ from: subjects.indexOf(from), kind, to: subjects.indexOf(to) });
  }
  return {
    start(kind) {
      const from = subjects.at(-1) ?? null;
      link = from === null && LOOSE.has(kind) ? null : { kind, from, to: null, tied: 0 };
    },
    turn() {
      if (link?.from) link = { ...link, from: null, to: link.from };
    },
    named(wish) {
      if (link === null) return;
      const { kind, from, to } = link;
      if (from !== null) {
        tie(from, kind, wish);
        link = kind === 'between' && link.tied === 0 ? { ...link, tied: 1 } : null;
      } else if (to !== null) {
        tie(wish, kind, to);
        link = null;
      } else link.to = wish;
    },
    open: () => link !== null,
    kind: () => link?.kind ?? null,
    pause() {
      if (link !== null && link.to === null) link = null;
    },
    drop() {
      link = null;
    },
  };
}
