import type { LevelKind } from '@rendercast/protocol';
import type { Bus, BusHealth } from '../events/bus/bus.js';

/** What went over the bus since the start, as it stands. */
export interface BusCounts {
  /** Facts told as hints. */
  readonly hints: number;
  readonly levels: Readonly<Record<LevelKind, number>>;
  readonly previewBytes: number;
  /** How well it does now, and what it could not carry. */
  health(): BusHealth;
}

/** The same bus, counting what is published. Works with any driver. */
export function countBus(bus: Bus): { bus: Bus; counts: BusCounts } {
  const counts = { hints: 0, levels: { progress: 0, preview: 0, place: 0 }, previewBytes: 0 };
  return {
    counts: Object.assign(counts, { health: bus.health }),
    bus: {
      ...bus,
      publishFacts(logged) {
        counts.hints += logged.length;
        bus.publishFacts(logged);
      },
      publishLevel(carried) {
        counts.levels[carried.level.kind] += 1;
        if (carried.preview !== null) counts.previewBytes += carried.preview.bytes.length;
        bus.publishLevel(carried);
      },
    },
  };
}
