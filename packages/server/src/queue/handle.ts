import type { Json } from '@rendercast/protocol';
import type { LossRule } from './parts.js';

/** A private word of an attempt, with whose it is: only the same backend can make sense of it. */
export interface SavedHandle {
  engine: string;
  backend: string;
  /** Null: nothing is under way that could be found again. */
  value: Json;
  /** Whether the attempt that left it may be run again at all; absent: as its engine has it. */
  repeatable?: boolean;
}

/** What an attempt is to make of the word that an earlier one left. */
export type Adoption = { adopt: Exclude<Json, null> } | 'fresh' | 'unknown';

/**
 * Work that lies at this very backend is adopted. Work that lies elsewhere, or was given up without a word, is begun
 * anew where that does no harm; where it does, nobody can say what became of it (`unknown`).
 */
export function adoptionOf(
  handle: SavedHandle | undefined,
  at: { engine: string; backend: string },
  traits: (engine: string) => LossRule | null,
): Adoption {
  if (handle === undefined) return 'fresh';
  if (handle.value === null) return handle.repeatable === false ? 'unknown' : 'fresh';
  if (handle.engine === at.engine && handle.backend === at.backend) return { adopt: handle.value };
  return (handle.repeatable ?? traits(handle.engine)?.repeatable) === false ? 'unknown' : 'fresh';
}
