import type { ErrorCode } from '@rendercast/protocol';
import type { Blobs } from '../blobs/blobs.js';
import type { Clock } from '../clock.js';
import type { Registry } from '../engines/registry.js';
import type { Bus } from '../events/bus/bus.js';
import type { Logger } from '../logger.js';
import type { Store } from '../stores/store.js';
import type { Ids } from './ids.js';
import type { Queue } from './queue.js';

/** Bounds of running jobs. Their defaults and reasons stand in the configuration. */
export interface RunLimits {
  /** How long a claim holds without being renewed, in milliseconds; renewed at a third of it. */
  leaseMs: number;
  /** Longest run of one attempt, in milliseconds; 0: no bound. */
  runTimeoutMs: number;
  /** Longest time an engine may report nothing, in milliseconds; 0: no bound. */
  silentTimeoutMs: number;
}

/** Largest output that is stored, in bytes: ten minutes of uncompressed stereo at 48 kHz fit four times. */
export const MAX_OUTPUT_BYTES = 512 * 1024 * 1024;

/**
 * How long an aborted engine may take to stop before its job ends without it, in milliseconds. Its slot stays taken until
 * it has really stopped.
 */
export const ABORT_GRACE_MS = 2_000;

/** Why an attempt is stopped from outside; `engine_unavailable`: its backend is being drained. */
export type AbortReason = Extract<
  ErrorCode,
  'canceled' | 'engine_unavailable' | 'run_timeout' | 'silent_timeout' | 'shutting_down' | 'superseded'
>;

/** What a runner and its attempts work with. */
export interface RunParts {
  queue: Queue;
  registry: Registry;
  store: Store;
  bus: Bus;
  blobs: Blobs;
  clock: Clock;
  ids: Ids;
  limits: RunLimits;
  logger: Logger;
}
