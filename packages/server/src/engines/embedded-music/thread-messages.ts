import type { ErrorCode } from '@rendercast/protocol';
import type { Song, SongStage } from './song.js';
import type { SongOrder } from './song-order.js';

/** Cells of the memory that both sides see at once, also in the middle of the work. */
export const FLAG = { stop: 0, wantsPreview: 1 } as const;

/** To the thread: one order at a time. */
export interface ComposeOrder {
  order: SongOrder;
  flags: Int32Array;
}

/** From the thread; the last message of an order is `done`, `stopped` or `failed`. */
export type FromThread =
  | { type: 'stage'; stage: SongStage; steps: number | null }
  | { type: 'step'; step: number; steps: number; fraction: number }
  | { type: 'preview'; bytes: Uint8Array; width: number; height: number }
  | { type: 'bytes'; bytes: Uint8Array }
  | { type: 'done'; song: Song }
  | { type: 'stopped' }
  | { type: 'failed'; code: ErrorCode; detail: string };
