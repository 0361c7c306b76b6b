import { sleep } from '../clock.js';
import type { GrowingPiece, OutputReport } from '../engines/engine.js';
import type { LeaseRef } from '../stores/store.js';
import { type GrowingOutput, growOutput } from './growth.js';
import type { RunParts } from './run-parts.js';
import type { Tracker } from './tracker.js';

/** Longest wait for chunks to be deleted, in milliseconds: what is left then is swept. */
const CLEAR_MS = 2_000;

/** All outputs of one attempt that are heard while they are made. */
export interface Growths {
  /** Takes more of an output; resolves once there is room for more. */
  grow(piece: GrowingPiece): Promise<void>;
  /** The output as it may be stored: its bytes are checked against what has grown of it. */
  checked(output: OutputReport): OutputReport;
  /** This slot's output is in the log: whoever listens goes on there. */
  whole(slot: number): void;
  /** Nothing grows any more. */
  stop(): void;
  /** Resolves once nothing that grew lies about, or there is no more waiting for it. */
  clear(): Promise<void>;
}

/** Nothing grows yet. */
export function createGrowths(
  { blobs, clock, logger }: Pick<RunParts, 'blobs' | 'clock' | 'logger'>,
  lease: LeaseRef,
  tracker: Pick<Tracker, 'grows' | 'whole'>,
): Growths {
  /** Null: it is whole. */
  const bySlot = new Map<number, GrowingOutput | null>();
  const clearing: Promise<void>[] = [];

  function begin({ slot, mediaType }: GrowingPiece): GrowingOutput {
    const kept = (sizeBytes: number): void => tracker.grows({ slot, mediaType, sizeBytes });
    const growing = growOutput({ blobs, clock, logger, kept }, { ...lease, slot, mediaType });
    bySlot.set(slot, growing);
    return growing;
  }

  const growing = (): GrowingOutput[] => [...bySlot.values()].filter((each) => each !== null);

  return {
    async grow(piece) {
      const known = bySlot.get(piece.slot);
      if (known === null) return;
      await (known ?? begin(piece)).add(piece.bytes);
    },
    checked(output) {
      const known = bySlot.get(output.slot) ?? null;
      return known === null ? output : { ...output, body: known.checked(output.body) };
    },
    whole(slot) {
      const known = bySlot.get(slot) ?? null;
      if (known === null) return;
      bySlot.set(slot, null);
      tracker.whole(slot);
      clearing.push(known.clear());
    },
    stop() {
      for (const each of growing()) each.stop();
    },
    async clear() {
      const inTime = new AbortController();
      const cleared = Promise.all([...clearing, ...growing().map((each) => each.clear())]);
      const late = sleep(clock, CLEAR_MS, inTime.signal).catch(() => undefined); // cut short: it is done
      await Promise.race([cleared, late]);
      inTime.abort();
    },
  };
}
