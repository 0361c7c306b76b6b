import type { Engine, EngineContext, Work } from '../engine.js';
import { defaultThreads } from '../threads.js';
import { FORMATS } from './encode/encoder.js';
import { planFromPrompt } from './plan/plan-from-prompt.js';
import { SONG_STAGES } from './song.js';
import { fileName } from './song-description.js';
import { MODEL, orderOf } from './song-order.js';
import type { FromThread } from './thread-messages.js';
import { createThreadPool, type ThreadPool } from './thread-pool.js';

export interface EmbeddedMusicOptions {
  /** Name of the backend. Default: `local`. */
  backend?: string;
  /**
   * Songs made at once, each in a thread of its own. Default: all cores but one. A thread takes up to 200 MB with the
   * recorded instruments, whatever the length of the song: measured 310 MB for the whole process with one thread. Beside
   * it stands the file, twice at the end (1.4 MB per minute of MP3, 10.6 MB of WAV): 210 MB more for ten minutes of WAV,
   * the most there can be.
   */
  threads?: number;
}

/**
 * A composer: turns a composition plan, or a prompt, into a song. It arranges, plays, masters and encodes by itself, needs
 * no model and no network, and makes the same bytes from the same request and seed. What is ready can be heard while the
 * rest is made.
 */
export function createEmbeddedMusic(options: EmbeddedMusicOptions = {}): Engine {
  const threads = options.threads ?? defaultThreads();
  const pool = createThreadPool(threads);
  return {
    name: 'embedded-music',
    backend: options.backend ?? 'local',
    capabilities: () => ({
      kinds: ['music'],
      models: [MODEL],
      features: ['plan', 'prompt', 'negativePrompt', 'lyrics', 'seed', 'steps', 'previews', ...Object.keys(FORMATS)],
      slots: threads,
      health: 'up',
      message: null,
    }),
    run: (work, context) => compose(pool, work, context),
    plan: async ({ prompt, lengthMs, seed }) => planFromPrompt(prompt, lengthMs, seed),
    close: () => pool.close(),
  };
}

async function compose(pool: ThreadPool, work: Work, context: EngineContext): Promise<void> {
  context.signal.throwIfAborted();
  const order = orderOf(work);
  const { mediaType } = FORMATS[order.format];
  const file: Uint8Array[] = [];
  // Stages are facts and must be stored before the progress that follows them: reports go out one after the other.
  let reports: Promise<void> = Promise.resolve();
  const run = pool.run(order, {
    heard(message) {
      run.setWantsPreview(context.wantsPreview());
      if (message.type === 'bytes') file.push(message.bytes);
      reports = reports.then(() => (context.signal.aborted ? undefined : report(context, message, mediaType)));
      // A report that fails ends the run.
      reports.catch((error: unknown) => run.stop(error));
    },
  });
  run.setWantsPreview(context.wantsPreview());
  context.busyUntil(run.free);
  const stop = () => run.stop(context.signal.reason);
  context.signal.addEventListener('abort', stop, { once: true });
  try {
    const song = await run.song;
    await reports;
    context.signal.throwIfAborted();
    await context.output({
      slot: 0,
      mediaType,
      body: Buffer.concat(file.splice(0)),
      name: fileName(order.plan, song.ending),
      durationMs: song.durationMs,
      parameters: song.parameters,
    });
  } finally {
    context.signal.removeEventListener('abort', stop);
  }
}

async function report(context: EngineContext, message: FromThread, mediaType: string): Promise<void> {
  switch (message.type) {
    case 'stage':
      return context.stage({
        stage: message.stage,
        index: SONG_STAGES.indexOf(message.stage) + 1,
        count: SONG_STAGES.length,
        ...(message.steps === null ? {} : { steps: message.steps }),
      });
    case 'step':
      return context.progress({ fraction: message.fraction, step: message.step, steps: message.steps });
    case 'bytes':
      return context.grow({ slot: 0, mediaType, bytes: message.bytes });
    case 'preview': {
      const { bytes, width, height } = message;
      return context.preview({ mediaType: 'image/png', bytes, width, height });
    }
    default:
      return undefined;
  }
}
