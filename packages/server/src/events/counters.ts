import type { ResetReason } from '@rendercast/protocol';

/** Deliveries in one dialect since the start. An event counts once for every reader that it was handed to. */
export interface Deliveries {
  facts: number;
  levels: number;
  /** Levels that a newer one replaced before they left, once for every reader that was spared one. */
  merged: number;
}

/** What the events count. Plain numbers, since deliveries are the hottest path of the house; others read them. */
export interface EventCounters {
  readonly dialects: ReadonlyMap<string, Deliveries>;
  /** Readers whose position could not be used, by reason. */
  readonly resets: Readonly<Record<ResetReason, number>>;
  /** Readers that read from the log now: they have just come, or take less than comes. */
  readonly behind: number;
}

/** The counters as those who count hold them. */
export interface OpenCounters extends EventCounters {
  readonly resets: Record<ResetReason, number>;
  behind: number;
  /** The deliveries of a dialect, to be counted up. */
  of(dialect: string): Deliveries;
}

export function createEventCounters(): OpenCounters {
  const dialects = new Map<string, Deliveries>();
  return {
    dialects,
    resets: { epoch: 0, horizon: 0, ahead: 0, malformed: 0 },
    behind: 0,
    of(dialect) {
      const known = dialects.get(dialect);
      if (known !== undefined) return known;
      const deliveries = { facts: 0, levels: 0, merged: 0 };
      dialects.set(dialect, deliveries);
      return deliveries;
    },
  };
}
