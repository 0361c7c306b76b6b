/** What one process of a house said of itself last. */
export interface NodeWord {
  node: string;
  /** As `announce` was given it; what another version wrote may look otherwise. */
  word: unknown;
  /** Whether it was heard of within the time that it named. */
  here: boolean;
}

/** Which processes belong to this house, as the store knows them. Only a store that several can share keeps one. */
export interface Roster {
  /** Says that this node is here, and what there is to know of it; it counts as gone `ttlMs` after its last word. */
  announce(node: string, word: unknown, ttlMs: number): Promise<void>;
  /** The last words of all nodes that were heard of within a day, by the store's own clock. */
  nodes(): Promise<NodeWord[]>;
  /** This node goes: it counts as gone from now on. */
  leave(node: string): Promise<void>;
}
