import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRendercast, type Rendercast } from '@rendercast/server';
import { serveCommands } from '../processes/serve-commands.js';
import { readUsage } from '../processes/usage.js';
import { watchLoop } from '../processes/watch-loop.js';

/** A picture to paint, and how often: all at once. */
export interface PaintOptions {
  side: number;
  steps: number;
  jobs: number;
  seed: number;
}

/** What painting took, submission and storing of the file included. */
export interface Painted {
  ms: number;
  /** Processor time of all threads, in milliseconds. */
  cpuMs: number;
  /** How late the main loop ran its timers, p99, in milliseconds. */
  loopP99Ms: number;
  /** Most resident memory, looked at every 20 ms, in bytes. */
  rssBytes: number;
}

const PROMPT = 'two small blue birds on a red roof, a castle on a hill, trees, clouds, sunset';

let house: Rendercast | null = null;

const commands = {
  async open({ dataDir, threads }: { dataDir: string; threads: number }) {
    house = await createRendercast({ config: { dataDir, imageThreads: threads } });
  },
  /** How late the loop is while nothing is painted. */
  idle: async ({ seconds }: { seconds: number }) => watchLoop(() => sleep(seconds * 1_000)),
  async paint({ side, steps, jobs, seed }: PaintOptions): Promise<Painted> {
    const open = house;
    if (open === null) throw new Error('not open');
    const before = readUsage().cpuUs;
    const startedMs = performance.now();
    const watched = await watchLoop(() =>
      Promise.all(
        Array.from({ length: jobs }, async (_, index) => {
          const wish = {
            prompt: PROMPT,
            width: side,
            height: side,
            steps,
            seed: seed + index,
            engine: 'embedded-image',
          };
          await (await open.generate(wish)).result();
        }),
      ),
    );
    return { ms: performance.now() - startedMs, cpuMs: (readUsage().cpuUs - before) / 1_000, ...watched };
  },
};

export type PainterCommands = typeof commands;

serveCommands(commands);
