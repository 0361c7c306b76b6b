import type { CompositionPlan, ErrorCode, Job, JobKind, Json } from '@rendercast/protocol';

/**
 * Who makes it. One engine object is one configured backend. An engine reports what it really does: it never
 * invents progress, and it says by the error it throws whether trying again makes sense.
 */
export interface Engine {
  /** Name of the engine (`embedded-image`); the backend's name is the configuration's. */
  readonly name: string;
  readonly backend: string;
  capabilities(): Promise<Capabilities> | Capabilities;
  /**
   * Runs one job to its end. Resolving means success: every output was handed to `context.output` and taken.
   * An aborted signal asks it to stop: it then throws `context.signal.reason` (or whatever comes of it) soon.
   */
  run(work: Work, context: EngineContext): Promise<void>;
  /** Makes a composition plan from words, without rendering it. Absent: it cannot. */
  plan?(wish: { prompt: string; lengthMs: number | null; seed: number }): Promise<CompositionPlan>;
  close(): Promise<void>;
}

export interface Capabilities {
  kinds: readonly JobKind[];
  /** Models to choose from; empty: there is nothing to choose. */
  models: readonly { id: string; title: string }[];
  /** What it understands: `negativePrompt`, `guidance`, `refiner`, `init`, `mask`, `previews`, `steps` … */
  features: readonly string[];
  /** Jobs it runs at once. */
  slots: number;
  health: 'up' | 'down' | 'unknown';
  /** Words for people about its health. */
  message: string | null;
  /** What it lacks for some or all of its work although it answers, for people: a model that is not there. Absent: nothing. */
  lacks?: string;
}

/** What is to be made. */
export interface Work {
  job: Job;
  /** Number of this attempt; the seed is `job.seed`, the same on every attempt. */
  attempt: number;
  /** What an earlier attempt saved with `saveHandle`, to adopt work that still runs at the backend. */
  handle: Json | null;
}

/** The engine's way to the house. Calls after the end, or of a superseded attempt, change nothing. */
export interface EngineContext {
  /** Aborts on cancel, deadline, loss of the lease and shutdown. */
  signal: AbortSignal;
  /** Enters a stage. `steps` counts the whole attempt, over all stages and images, once it is known. */
  stage(stage: StageReport): Promise<void>;
  /** Says how far the whole attempt is. Cheap: call it at every step. */
  progress(progress: ProgressReport): void;
  /** Whether anybody watches previews now: making one costs time. */
  wantsPreview(): boolean;
  /** Shows a picture of the work as it is, at most 100 kB; a larger one is dropped. */
  preview(preview: PreviewReport): void;
  /**
   * Lets a result be heard or seen while it is made: takes more bytes of the very file that `output` is to bring whole.
   * The first call for a slot begins it; pieces of any size will do, and may be used again once it resolves. It resolves
   * when there is room for more: wait for it before handing in the next piece. It rejects as `output` does once the attempt
   * is over. Trouble with storing never harms the job: the result is then heard when it is whole.
   *
   *     for await (const bytes of encoder) { await context.grow({ slot: 0, mediaType: 'audio/mpeg', bytes }); … }
   *     await context.output({ slot: 0, mediaType: 'audio/mpeg', body: everything, … });
   *
   * What was handed in must be how the finished file begins, byte for byte; else `output` refuses that file. A format that
   * writes its head last (sizes in a header, an info frame) grows only where that head is known at the start.
   */
  grow(piece: GrowingPiece): Promise<void>;
  /** Stores one result; resolves when its bytes are safe and its fact is in the log. */
  output(output: OutputReport): Promise<void>;
  /** Stores a private word *before* work leaves the house, so that a later attempt can find it again. */
  saveHandle(handle: Json): Promise<void>;
  /** The bytes of an input of the request. */
  input(artifactId: string): Promise<{ mediaType: string; bytes: Uint8Array }>;
  /** The backend is not free when `run` ends, but when this settles. */
  busyUntil(free: Promise<unknown>): void;
}

export interface StageReport {
  stage: string;
  /** 1-based. */
  index?: number | undefined;
  count?: number | undefined;
  steps?: number | undefined;
}

export interface ProgressReport {
  /** 0 to 1 over the whole attempt; null when it cannot be known. A lower value than before is raised to it. */
  fraction: number | null;
  step?: number | undefined;
  steps?: number | undefined;
  /** Only where the backend says so; otherwise the house works it out from the pace. */
  etaMs?: number | undefined;
}

export interface PreviewReport {
  mediaType: string;
  bytes: Uint8Array;
  width: number;
  height: number;
}

/** More of a result that is being made. */
export interface GrowingPiece {
  /** 0-based place among the outputs. */
  slot: number;
  /** As the finished file will have it. */
  mediaType: string;
  bytes: Uint8Array;
}

export interface OutputReport {
  /** 0-based place among the outputs. */
  slot: number;
  mediaType: string;
  body: Uint8Array | AsyncIterable<Uint8Array>;
  /** File name for people, with its ending. */
  name: string;
  width?: number;
  height?: number;
  durationMs?: number;
  /** What it was really made with. */
  parameters: Record<string, Json>;
}

/** An engine's verdict on a failure. Anything else that it throws counts as `engine_failed`, retryable. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: ErrorCode;
  /** Whether another attempt may do better. */
  readonly retryable: boolean;
  /** Earliest time for another attempt, from now, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Whether a retry costs one of the job's tries. False where the backend took nothing on (it is busy with others). */
  readonly counted: boolean;

  /** The message is shown to people: it names no address, path or secret. `outcome_unknown` is never retried. */
  constructor(
    code: ErrorCode,
    message: string,
    options: { retryable: boolean; retryAfterMs?: number; counted?: boolean; cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable && code !== 'outcome_unknown';
    this.retryAfterMs = options.retryAfterMs;
    this.counted = options.counted ?? true;
  }
}
