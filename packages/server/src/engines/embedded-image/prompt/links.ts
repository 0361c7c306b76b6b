import { kindOf } from '../scene/catalogue/catalogue.js';
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
  /** A ground was named: who is over it flies, who is on water swims. */
  grounded(isWater: boolean): void;
  /** Something else was named that nothing can be tied to. */
  drop(): void;
}

interface Link {
  kind: RelationKind;
  from: Wish<string> | null;
  to: Wish<string> | null;
  /** How many it tied; "between" ties two. */
  tied: number;
  /** Whether "it" stood behind the word. */
  turned: boolean;
}

/** Too loose to tie a thing that comes later to one that was named first. */
const LOOSE: ReadonlySet<RelationKind> = new Set<RelationKind>(['with', 'in', 'beside']);

export function createLinks({ subjects, relations }: Wishes): Links {
  let link: Link | null = null;

  function tie(from: Wish<string>, kind: RelationKind, to: Wish<string>): void {
    relations.push({ from: subjects.indexOf(from), kind, to: subjects.indexOf(to) });
  }
  /** "A monkey and a tiger under it": nothing came behind "it", so the thing before it is meant. */
  function close(): void {
    if (link?.turned && link.to !== null) {
      const before = subjects[subjects.indexOf(link.to) - 1];
      if (before) tie(link.to, link.kind, before);
    }
    link = null;
  }
  return {
    start(kind) {
      close();
      const from = subjects.at(-1) ?? null;
      link = from === null && LOOSE.has(kind) ? null : { kind, from, to: null, tied: 0, turned: false };
    },
    turn() {
      if (link?.from) link = { ...link, from: null, to: link.from, turned: true };
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
      if (link?.turned) close();
      else if (link !== null && link.to === null) link = null;
    },
    grounded(isWater) {
      const who = link?.from;
      if (!who) return;
      const { area } = kindOf(who.what);
      if (link?.kind === 'above' && area !== 'air') who.pose ??= 'flying';
      if (isWater && area === 'ground' && (link?.kind === 'on' || link?.kind === 'in')) who.pose ??= 'swimming';
    },
    drop: close,
  };
}
