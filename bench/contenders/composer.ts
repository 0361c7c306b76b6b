import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRendercast, type Rendercast } from '@rendercast/server';
import { serveCommands } from '../processes/serve-commands.js';
import { readUsage } from '../processes/usage.js';
import { watchLoop } from '../processes/watch-loop.js';

/** A song to make. */
export interface ComposeOptions {
  style: string;
  seconds: number;
  format: 'mp3' | 'wav' | 'flac' | 'ogg';
  seed: number;
}

/** What composing took, submission and storing of the file included. */
export interface Composed {
  ms: number;
  /** Processor time of all threads, in milliseconds. */
  cpuMs: number;
  /** How late the main loop ran its timers, p99, in milliseconds. */
  loopP99Ms: number;
  /** Most resident memory, in bytes. */
  rssBytes: number;
}

let house: Rendercast | null = null;

/** A song of sections as songs have them, with lyrics. */
function planOf({ style, seconds }: ComposeOptions) {
  const names = ['Intro', 'Verse', 'Chorus', 'Verse', 'Chorus', 'Bridge', 'Chorus', 'Outro'];
  return {
    title: 'Bench',
    positiveStyles: [style],
    negativeStyles: [],
    sections: names.map((name) => ({
      name,
      durationMs: Math.round((seconds * 1000) / names.length),
      positiveStyles: [],
      negativeStyles: [],
      lines: name === 'Chorus' ? ['a song that is measured again', 'is sung as before'] : [],
    })),
  };
}

const open = (): Rendercast => {
  if (house === null) throw new Error('not open');
  return house;
};

const commands = {
  async open({ dataDir }: { dataDir: string }) {
    house = await createRendercast({ config: { dataDir, musicThreads: 1 } });
  },
  /** How late the loop is while nothing is made. */
  idle: async ({ seconds }: { seconds: number }) => watchLoop(() => sleep(seconds * 1_000)),
  async compose(options: ComposeOptions): Promise<Composed> {
    const { format, seed } = options;
    const wish = { kind: 'music', plan: planOf(options), format, seed, engine: 'embedded-music' } as const;
    const before = readUsage().cpuUs;
    const startedMs = performance.now();
    const watched = await watchLoop(async () => (await open().generate(wish)).result());
    return { ms: performance.now() - startedMs, cpuMs: (readUsage().cpuUs - before) / 1_000, ...watched };
  },
  /** Cancels a song in the middle: milliseconds from the cancel to the job's end. */
  async cancel(options: ComposeOptions): Promise<number> {
    const { format, seed } = options;
    const job = await open().generate({ kind: 'music', plan: planOf(options), format, seed, engine: 'embedded-music' });
    const ended = job.result().catch(() => undefined);
    for await (const event of job.events()) {
      if (event.type === 'level' && event.level.kind === 'progress' && (event.level.fraction ?? 0) > 0.2) break;
    }
    const askedMs = performance.now();
    await job.cancel();
    await ended;
    return performance.now() - askedMs;
  },
};

export type ComposerCommands = typeof commands;

serveCommands(commands);
