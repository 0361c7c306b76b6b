import type { ErrorCode, Json } from '@rendercast/protocol';
import type { Order } from './order.js';

/** Cells of the memory that both sides see at once, also in the middle of a step. */
export const FLAG = { stop: 0, wantsPreview: 1 } as const;

/** To the painting thread. */
export type ToThread =
  | { type: 'paint'; order: Order; flags: Int32Array }
  /** The stage or output was stored: go on. */
  | { type: 'taken' }
  /** Wakes a thread that waits for `taken`; one that paints sees the flag. */
  | { type: 'stop' };

/** From the painting thread. */
export type FromThread =
  | { type: 'stage'; stage: string; index: number; count: number; steps: number }
  | { type: 'step'; step: number; steps: number; fraction: number }
  | { type: 'preview'; bytes: Uint8Array; width: number; height: number }
  | {
      type: 'output';
      slot: number;
      mediaType: string;
      ending: string;
      bytes: Uint8Array;
      width: number;
      height: number;
      parameters: Record<string, Json>;
    }
  /** The thread is free again; `failure` is null when all went well. */
  | { type: 'free'; failure: Failure | null };

export interface Failure {
  code: ErrorCode;
  message: string;
  retryable: boolean;
  /** For the log. */
  detail: string;
}
