import type { ColourName } from '../colour.js';
import type { Place, Pose, RelationKind } from './describing.js';
import type { Ground, Season, SkyThing, Time, Weather } from './surroundings.js';

/** What a word can mean to the painter. */
export type Meaning =
  /** Something that can stand in the picture: the id of a kind in the catalogue. */
  | { sort: 'subject'; id: string }
  | { sort: 'sky'; id: SkyThing }
  | { sort: 'ground'; id: Ground }
  | { sort: 'time'; id: Time }
  | { sort: 'season'; id: Season }
  | { sort: 'weather'; id: Weather }
  | { sort: 'colour'; id: ColourName }
  | { sort: 'style'; id: string }
  | { sort: 'size'; factor: number }
  | { sort: 'count'; count: number }
  | { sort: 'place'; place: Place }
  | { sort: 'relation'; relation: RelationKind }
  | { sort: 'pose'; pose: Pose }
  | { sort: 'not' }
  /** A part of somebody: a colour before it belongs to the whole. */
  | { sort: 'part' }
  /** Stands for what was named last. */
  | { sort: 'pronoun' }
  /** The air: a colour before it tints the whole. */
  | { sort: 'air' }
  | { sort: 'filler' };

/** What a word names, and whether it means several. */
export interface Found {
  meaning: Meaning;
  plural: boolean;
}
