import type { Effect, Followed, Target } from '../../dialect.js';
import type { LevelKind } from '../../events.js';
import { formatPosition, parsePosition } from '../../position.js';
import type { About } from './frames.js';
import type { Variant } from './view.js';

const LEVELS: Record<Variant, readonly LevelKind[]> = {
  updates: ['progress'],
  previews: ['progress', 'preview'],
  flat: ['progress'],
  'flat-generation': ['progress'],
};

/** How one socket follows the feed of all images: in one form after the other, without a seam. */
export interface Following {
  /** The form that the client is to get. */
  readonly wanted: Variant;
  /** Follows in the form that sockets get until they subscribe. */
  begin(): Effect;
  /** Goes over to another form, as soon as nothing is under way. */
  want(variant: Variant): Effect[];
  /** Whether the feed stands in the form that is wanted. */
  stands(): boolean;
  /** The gateway's answer; what follows from it. */
  followed(followed: Followed): Effect[];
  /** Whether a frame of a fact lies behind what was heard; if not, it is what was heard last. */
  isBehind(at: NonNullable<About['place']>): boolean;
}

export function createFollowing(epoch: string, first: Variant): Following {
  /** What was asked for and not answered yet; the gateway answers with the very object. */
  const pending = new Map<Target, Variant>();
  let standing: Variant | null = null;
  let wanted = first;
  /** Everything up to this frame of this fact was heard. */
  let place = { cursor: -1, index: 0 };

  function follow(): Effect {
    const target: Target = { feed: { kind: 'image' } };
    pending.set(target, wanted);
    // Between the forms of subscribers nothing may be lost; whoever subscribes first has the jobs looked up anyway.
    const goesOn = standing !== null && standing !== first;
    const position = goesOn ? formatPosition({ epoch, n: place.cursor }) : null;
    return { do: 'follow', target, position, variant: wanted, levels: LEVELS[wanted] };
  }

  return {
    get wanted() {
      return wanted;
    },
    begin: follow,
    want(variant) {
      wanted = variant;
      return pending.size > 0 || standing === wanted ? [] : [follow()];
    },
    stands: () => standing === wanted,
    followed({ target, position }) {
      standing = pending.get(target) ?? standing;
      pending.delete(target);
      const cursor = parsePosition(position)?.n ?? 0;
      if (cursor > place.cursor) place = { cursor, index: Number.MAX_SAFE_INTEGER };
      return pending.size > 0 || standing === wanted ? [] : [follow()];
    },
    isBehind(at) {
      if (at.cursor < place.cursor || (at.cursor === place.cursor && at.index <= place.index)) return true;
      place = at;
      return false;
    },
  };
}
