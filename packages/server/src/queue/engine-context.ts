import { type Json, RendercastError } from '@rendercast/protocol';
import { fileKey } from '../blobs/keys.js';
import { type EngineContext, EngineError, type OutputReport, type StageReport } from '../engines/engine.js';
import type { Claim, LeaseRef } from '../stores/store.js';
import { createGrowths } from './growths.js';
import type { SavedHandle } from './handle.js';
import { hold } from './hold.js';
import type { RunParts } from './run-parts.js';
import { readWhole, storeOutput } from './store-output.js';
import type { Tracker } from './tracker.js';

/** The engine's side of an attempt, and what the attempt wants to know of it. */
export interface OpenContext {
  context: EngineContext;
  /** From now on nothing that the engine says changes anything. */
  close(): void;
  /** Settles once everything handed in so far is stored or refused; answers what was refused, if anything. */
  handedIn(): Promise<unknown>;
  /** Resolves once nothing is kept any more that is of no use after the end. */
  cleared(): Promise<void>;
  /** Settles when the backend is free, as far as the engine has said. */
  free(): Promise<unknown>;
}

export interface ContextOptions {
  claim: Claim;
  tracker: Tracker;
  signal: AbortSignal;
  /** This process may still act for the lease. */
  holds(): boolean;
  /** The store refused something of this attempt: the lease is gone. */
  lost(): void;
}

/** Opens an engine's way to the house for one attempt. */
export function openContext(parts: RunParts, options: ContextOptions): OpenContext {
  const { claim, tracker, signal } = options;
  const { job, offer } = claim;
  const lease: LeaseRef = { jobId: job.id, attempt: job.attempt };
  const growths = createGrowths(parts, lease, tracker);
  signal.addEventListener('abort', growths.stop, { once: true });
  const busy: Promise<unknown>[] = [];
  const handing = new Set<Promise<unknown>>();
  let refused: unknown;
  let closed = false;
  let lastStage = '';

  const isOpen = () => !closed && !signal.aborted && options.holds();
  const requireOpen = () => {
    signal.throwIfAborted();
    if (!isOpen()) throw new RendercastError('superseded');
  };
  /** Work of the house that the engine waits for; a lost lease ends the attempt. */
  async function forEngine<T>(work: () => Promise<T>): Promise<T> {
    requireOpen();
    try {
      return await tracker.waiting(work);
    } catch (thrown) {
      if (thrown instanceof RendercastError && thrown.code === 'superseded') options.lost();
      throw thrown;
    }
  }
  function stage(said: StageReport): Promise<void> {
    return forEngine(async () => {
      const { stage: name, index = null, count = null, steps = null } = said;
      const key = JSON.stringify([name, index, count, steps]);
      if (key === lastStage) return;
      const fact = { type: 'stage', stage: name, index, count, steps } as const;
      tracker.follows(await hold(parts, signal, () => parts.queue.report(lease, fact)));
      lastStage = key;
      parts.logger.info({ jobId: job.id, stage: name, attempt: job.attempt }, `Stage ${index ?? name}`);
      if (isOpen()) tracker.stage(said);
    });
  }
  async function output(said: OutputReport): Promise<void> {
    const stored = forEngine(async () => {
      tracker.follows(await storeOutput(parts, lease, growths.checked(said), signal));
      growths.whole(said.slot);
    });
    handing.add(stored);
    try {
      await stored;
    } catch (thrown) {
      refused ??= thrown;
      throw thrown;
    } finally {
      handing.delete(stored);
    }
  }
  function saveHandle(value: Json): Promise<void> {
    return forEngine(async () => {
      const handle: SavedHandle = { engine: offer.engine, backend: offer.backend, value };
      const held = await hold(parts, signal, () => parts.store.saveHandle(job.id, job.attempt, handle));
      if (!held) throw new RendercastError('superseded');
    });
  }

  return {
    context: {
      signal,
      stage: (said) => unwatched(stage(said)),
      progress: (report) => void (isOpen() && tracker.progress(report)),
      wantsPreview: () => isOpen() && parts.bus.wantsPreviews(job.id),
      preview: (preview) => void (isOpen() && tracker.preview(preview)),
      grow: (piece) => unwatched(forEngine(() => growths.grow(piece))),
      output: (said) => unwatched(output(said)),
      saveHandle: (value) => unwatched(saveHandle(value)),
      input: (artifactId) => unwatched(forEngine(() => readInput(parts, claim, artifactId))),
      busyUntil(free) {
        free.catch(() => undefined); // it only matters that it settles
        busy.push(free);
      },
    },
    close() {
      closed = true;
      growths.stop();
    },
    cleared: growths.clear,
    async handedIn() {
      await Promise.allSettled(handing);
      return refused;
    },
    free: () => Promise.allSettled(busy),
  };
}

/** An engine that does not wait for an answer must not bring the process down when it is a refusal. */
function unwatched<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** An engine gets the inputs of its own request and no others. */
async function readInput(
  { store, blobs }: RunParts,
  { job }: Claim,
  artifactId: string,
): Promise<{ mediaType: string; bytes: Uint8Array }> {
  const named = 'inputs' in job.request ? (job.request.inputs ?? []) : [];
  const asked = named.some((input) => input.artifactId === artifactId);
  const artifact = asked ? await store.artifact(artifactId, null) : null;
  if (artifact === null) {
    throw new EngineError('invalid_field', `The input file "${artifactId}" is gone.`, { retryable: false });
  }
  return { mediaType: artifact.mediaType, bytes: await readWhole(blobs.read(fileKey(artifactId), null)) };
}
