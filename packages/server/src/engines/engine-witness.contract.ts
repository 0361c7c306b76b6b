import { createHash } from 'node:crypto';
import { type Job, type JobKind, type MediaRequest, reduceAll } from '@rendercast/protocol';
import type {
  Engine,
  EngineContext,
  GrowingPiece,
  PreviewReport,
  ProgressReport,
  StageReport,
  Work,
} from './engine.js';

/** One output as a witness saw it: its bytes are read to the end, as the house does. */
export interface WitnessedOutput {
  slot: number;
  mediaType: string;
  name: string;
  bytes: Uint8Array;
  digest: string;
  width: number | undefined;
  height: number | undefined;
  durationMs: number | undefined;
  afterAbort: boolean;
}

/** Everything an engine said in one run, in order, and how the run ended. */
export interface Witness {
  context: EngineContext;
  stages: StageReport[];
  progress: ProgressReport[];
  previews: PreviewReport[];
  outputs: WitnessedOutput[];
  /** What it let be heard while it made it, piece by piece. */
  grown: GrowingPiece[];
  /** What was said, in the order in which it was said. */
  order: ('stage' | 'progress' | 'preview' | 'grow' | 'output')[];
  /** Settles when the backend is free. */
  free: () => Promise<unknown>;
}

export interface WitnessOptions {
  signal?: AbortSignal;
  previews?: boolean;
  inputs?: ReadonlyMap<string, { mediaType: string; bytes: Uint8Array }>;
  /** Called at each progress report with how many there were: for aborts in mid-run. */
  onProgress?: (count: number) => void;
}

/** A context that writes down everything an engine says. */
export function createWitness(options: WitnessOptions = {}): Witness {
  const signal = options.signal ?? new AbortController().signal;
  const busy: Promise<unknown>[] = [];
  const witness: Omit<Witness, 'context'> = {
    stages: [],
    progress: [],
    previews: [],
    outputs: [],
    grown: [],
    order: [],
    free: () => Promise.allSettled(busy),
  };
  const context: EngineContext = {
    signal,
    async stage(stage) {
      witness.order.push('stage');
      witness.stages.push(stage);
    },
    progress(progress) {
      witness.order.push('progress');
      witness.progress.push(progress);
      options.onProgress?.(witness.progress.length);
    },
    wantsPreview: () => options.previews ?? true,
    preview(preview) {
      witness.order.push('preview');
      witness.previews.push(preview);
    },
    async grow(piece) {
      signal.throwIfAborted();
      witness.order.push('grow');
      witness.grown.push({ ...piece, bytes: Uint8Array.from(piece.bytes) });
    },
    async output(output) {
      const afterAbort = signal.aborted;
      const bytes = await readAll(output.body);
      witness.order.push('output');
      witness.outputs.push({
        slot: output.slot,
        mediaType: output.mediaType,
        name: output.name,
        bytes,
        digest: createHash('sha256').update(bytes).digest('hex'),
        width: output.width,
        height: output.height,
        durationMs: output.durationMs,
        afterAbort,
      });
      if (afterAbort) throw signal.reason;
    },
    saveHandle: async () => undefined,
    async input(artifactId) {
      const input = options.inputs?.get(artifactId);
      if (input === undefined) throw new Error(`the exam has no input "${artifactId}"`);
      return input;
    },
    busyUntil: (free) => void busy.push(free),
  };
  return { ...witness, context };
}

/** The work of a first attempt at a request. */
export function workOf(engine: Engine, kind: JobKind, request: MediaRequest, seed: number): Work {
  const job = reduceAll([
    {
      jobId: 'j_exam',
      seq: 1,
      at: '2026-01-01T00:00:00.000Z',
      type: 'queued',
      kind,
      engine: engine.name,
      request,
      seed,
      owner: 'local',
      clientId: null,
      via: 'native',
      priority: 0,
      tags: [],
      batch: null,
      retryOf: null,
      startBy: null,
    },
    {
      jobId: 'j_exam',
      seq: 2,
      at: '2026-01-01T00:00:00.000Z',
      type: 'started',
      attempt: 1,
      engine: engine.name,
      backend: engine.backend,
    },
  ]);
  return { job: job as Job, attempt: 1, handle: null };
}

async function readAll(body: Uint8Array | AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
