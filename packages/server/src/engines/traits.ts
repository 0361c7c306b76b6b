import type { JobKind } from '@rendercast/protocol';

/** What the house must know of an engine beside its port. */
export interface EngineTraits {
  /** Kinds for which it takes jobs that ask for `auto`. */
  auto: readonly JobKind[];
  /** Whether an attempt that was lost may simply be run again; false where that would be paid twice. */
  repeatable: boolean;
  /** For what is not repeatable: whether it can find lost work again by its saved handle. Default: false. */
  adopts?: boolean;
  /**
   * Whether a backend of this name is one and the same for all processes of the house (a server somewhere), so that its
   * slots are counted over all of them. Default: false, each process has its own.
   */
  shared?: boolean;
  /** Jobs at once, where the configuration says so. Default: what the engine answers. */
  slots?: number;
  /** How often it is asked how it is, in milliseconds. Default: 5,000. */
  probeEveryMs?: number;
}

/** What one backend would take now, in the terms in which jobs ask. */
export interface BackendOffer {
  engine: string;
  backend: string;
  kinds: readonly JobKind[];
  /** Models it has; null: any. */
  models: readonly string[] | null;
  auto: boolean;
  /** Of a backend that is shared: most jobs at once, over all processes. Absent: it is this process's own. */
  slots?: number;
  /** The model that ran there last: of several that can run a job, the one that has its model loaded does. */
  warm?: string;
}

/** A backend as routing sees it. */
export interface Candidate {
  engine: string;
  backend: string;
  offers: readonly BackendOffer[];
  state: 'up' | 'down' | 'paused';
  /** Words for people about its health. */
  message: string | null;
}
