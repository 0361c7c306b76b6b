import type { Capabilities, Engine, EngineContext } from '../engine.js';
import { defaultThreads } from '../threads.js';
import { type Commission, commission, type Listener } from './commission.js';
import { createOrder, MAX_SIDE, MODEL } from './order.js';
import { createPainters } from './painters.js';

export interface EmbeddedImageOptions {
  /** Name of the backend. Default: `local`. */
  backend?: string;
  /** Threads, and so jobs painted at once. Default: all cores but one, at least one. */
  threads?: number;
}

/**
 * How long an aborted run waits for its thread to stop, in milliseconds. Strokes stop within a few; a file that is being
 * encoded cannot be stopped, so the run ends first and the slot is free a moment later.
 */
const STOP_GRACE_MS = 60;

const FEATURES = [
  'steps',
  'guidance',
  'negativePrompt',
  'size',
  'count',
  'seed',
  'refiner',
  'style',
  'init',
  'previews',
] as const;

/**
 * The painter of the house: prompt → picture, in strokes from coarse to fine, then refined at full size. Deterministic by
 * seed on one machine; needs no download and no GPU. Sides up to {@link MAX_SIDE} pixels.
 */
export function createEmbeddedImage(options: EmbeddedImageOptions = {}): Engine {
  const threads = Math.max(1, options.threads ?? defaultThreads());
  const painters = createPainters(threads);
  const capabilities: Capabilities = {
    kinds: ['image'],
    models: [MODEL],
    features: FEATURES,
    slots: threads,
    health: 'up',
    message: `Paints up to ${MAX_SIDE} pixels per side in ${threads === 1 ? 'one thread' : `${threads} threads`}.`,
  };

  return {
    name: 'embedded-image',
    backend: options.backend ?? 'local',
    capabilities: () => capabilities,
    async run({ job }, context) {
      context.signal.throwIfAborted();
      const order = await createOrder(job, context.input);
      const painter = await painters.take(context.signal);
      const work = commission(painter, order, createListener(context));
      context.busyUntil(work.free);
      await finishOrStop(work, context.signal);
    },
    close: () => painters.close(),
  };
}

/** Waits for the end; on abort the reason is thrown as soon as the thread has stopped, or after the grace. */
async function finishOrStop(work: Commission, signal: AbortSignal): Promise<void> {
  let grace: NodeJS.Timeout | undefined;
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<void>((resolve) => {
    onAbort = () => {
      work.stop();
      grace = setTimeout(resolve, STOP_GRACE_MS);
    };
  });
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([work.done, aborted.then(() => signal.throwIfAborted())]);
  } catch (thrown) {
    throw signal.aborted ? signal.reason : thrown;
  } finally {
    clearTimeout(grace);
    signal.removeEventListener('abort', onAbort);
  }
}

function createListener(context: EngineContext): Listener {
  return {
    stage: ({ stage, index, count, steps }) => context.stage({ stage, index, count, steps }),
    progress: ({ fraction, step, steps }) => context.progress({ fraction, step, steps }),
    preview: ({ bytes, width, height }) => context.preview({ mediaType: 'image/jpeg', bytes, width, height }),
    wantsPreview: () => context.wantsPreview(),
    output: ({ slot, mediaType, ending, bytes, width, height, parameters }) =>
      context.output({
        slot,
        mediaType,
        body: bytes,
        name: `painting-${slot + 1}.${ending}`,
        width,
        height,
        parameters,
      }),
  };
}
