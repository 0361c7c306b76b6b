import { parentPort } from 'node:worker_threads';
import { makeSong, type SongHooks, SongStopped } from './song.js';
import { type ComposeOrder, FLAG, type FromThread } from './thread-messages.js';
import { PICTURE } from './waveform-picture.js';

/** Shortest time between two preview pictures. */
const PREVIEW_EVERY_MS = 200;

const port = parentPort;
if (port === null) throw new Error('this file is the entry of a worker thread');

const say = (message: FromThread, transfer: readonly ArrayBuffer[] = []) => port.postMessage(message, transfer);

function hooksFor(flags: Int32Array): SongHooks {
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    stopped: () => Atomics.load(flags, FLAG.stop) === 1,
    stage: (stage, steps) => say({ type: 'stage', stage, steps }),
    step: (step, steps, fraction) => say({ type: 'step', step, steps, fraction }),
    picture(draw, whole) {
      const now = performance.now();
      if (Atomics.load(flags, FLAG.wantsPreview) === 0 || (!whole && now - shownAt < PREVIEW_EVERY_MS)) return;
      shownAt = now;
      const bytes = draw();
      say({ type: 'preview', bytes, ...PICTURE }, [bytes.buffer]);
    },
    bytes: (bytes) => say({ type: 'bytes', bytes }, [bytes.buffer]),
  };
}

async function compose({ order, flags }: ComposeOrder): Promise<void> {
  try {
    const song = await makeSong(order, hooksFor(flags));
    say({ type: 'done', song });
  } catch (thrown) {
    if (thrown instanceof SongStopped) return say({ type: 'stopped' });
    // Buffers that cannot be had are thrown as RangeErrors.
    const code =
      thrown instanceof RangeError && /alloc|length/i.test(thrown.message) ? 'out_of_memory' : 'engine_failed';
    say({ type: 'failed', code, detail: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) });
  }
}

port.on('message', (message: ComposeOrder) => void compose(message));
