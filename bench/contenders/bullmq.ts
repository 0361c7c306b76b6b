import { type Job, Queue, Worker } from 'bullmq';
import { monotonicUs } from '../processes/monotonic.js';
import { serveCommands } from '../processes/serve-commands.js';
import { readUsage } from '../processes/usage.js';
import { type Metronome, startMetronome } from './metronome.js';

const NAME = 'bench';
let queue: Queue | null = null;
let worker: Worker | null = null;
const running: Job[] = [];
let metronome: Metronome | null = null;

const commands = {
  open({ redisPort }: { redisPort: number }) {
    queue = new Queue(NAME, { connection: { host: '127.0.0.1', port: redisPort } });
  },
  /** Adds jobs so many abreast, each when one before it is on disk. Nobody takes them. */
  async submit({ abreast, seconds }: { abreast: number; seconds: number }) {
    const startUs = monotonicUs();
    const untilUs = startUs + seconds * 1e6;
    let created = 0;
    const inTurn = async (): Promise<void> => {
      while (monotonicUs() < untilUs) {
        await queue?.add('picture', { prompt: `a lighthouse at dusk, number ${created}`, steps: 20, width: 768 });
        created += 1;
      }
    };
    await Promise.all(Array.from({ length: abreast }, inTurn));
    return { created, seconds: (monotonicUs() - startUs) / 1e6 };
  },
  /** Runs jobs that end when the process does. */
  async work({ jobs, redisPort }: { jobs: number; redisPort: number }) {
    await queue?.obliterate({ force: true });
    worker = new Worker(
      NAME,
      (job) => {
        running.push(job);
        return new Promise<never>(() => undefined);
      },
      { connection: { host: '127.0.0.1', port: redisPort }, concurrency: jobs, lockDuration: 600_000 },
    );
    worker.on('error', () => undefined);
    await queue?.addBulk(Array.from({ length: jobs }, (_, number) => ({ name: 'picture', data: { number } })));
    while (running.length < jobs) await new Promise((resolve) => setTimeout(resolve, 20));
  },
  beat(perSecond: number) {
    metronome = startMetronome({
      topics: running.length,
      perSecond,
      report: (topic, dueUs) => void running[topic]?.updateProgress({ step: dueUs, steps: null, stage: 'base_model' }),
    });
  },
  still: () => metronome?.stop() ?? 0,
  usage: (collect = false) => readUsage(collect),
};

export type BullmqCommands = typeof commands;

serveCommands(commands);
