import { type MessagePort, parentPort } from 'node:worker_threads';
import { EngineError } from '../engine.js';
import type { Order } from './order.js';
import { type Audience, paintOrder } from './paint.js';
import { type Failure, FLAG, type FromThread, type ToThread } from './thread-messages.js';

/** The entry of a painting thread: paints one order after the other, says everything to the other side. */
function serve(port: MessagePort): void {
  let wake: (() => void) | null = null;
  const say: Say = (message, moved = []) => port.postMessage(message, moved);
  const taken = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });

  port.on('message', (message: ToThread) => {
    if (message.type !== 'paint') {
      wake?.();
      return;
    }
    const { order, flags } = message;
    paintOrder(order, createAudience(order, flags, say, taken)).then(
      () => say({ type: 'free', failure: null }),
      (thrown: unknown) => say({ type: 'free', failure: describe(thrown) }),
    );
  });
}

/** Says something to the other side; what is moved is not copied, and is gone here. */
type Say = (message: FromThread, moved?: readonly ArrayBuffer[]) => void;

function createAudience(order: Order, flags: Int32Array, say: Say, taken: () => Promise<void>): Audience {
  const check = () => {
    if (Atomics.load(flags, FLAG.stop) !== 0) throw new Error('stopped');
  };
  return {
    check,
    async stage(stage, index, count, steps) {
      const stored = taken();
      say({ type: 'stage', stage, index, count, steps });
      await stored;
      check();
    },
    progress: (step, steps, fraction) => say({ type: 'step', step, steps, fraction }),
    wantsPreview: () => Atomics.load(flags, FLAG.wantsPreview) !== 0,
    preview: (bytes, width, height) => say({ type: 'preview', bytes, width, height }),
    async output(slot, { mediaType, ending, bytes }, parameters) {
      const stored = taken();
      const { width, height } = order;
      // A large file would hold the other side's loop up for as long as it takes to copy.
      say({ type: 'output', slot, mediaType, ending, bytes, width, height, parameters }, [bytes.buffer]);
      await stored;
      check();
    },
  };
}

function describe(thrown: unknown): Failure {
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  if (thrown instanceof EngineError)
    return { code: thrown.code, message: thrown.message, retryable: thrown.retryable, detail };
  if (thrown instanceof RangeError && /allocat|buffer/i.test(thrown.message)) {
    return { code: 'out_of_memory', message: 'There was not enough memory for this picture.', retryable: true, detail };
  }
  return { code: 'engine_failed', message: 'The painter could not finish the picture.', retryable: true, detail };
}

if (parentPort) serve(parentPort);
