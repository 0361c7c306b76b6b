import type { StartOptions } from '@rendercast/server';
import { fractionAt } from './level.js';
import { type Metronome, startMetronome } from './metronome.js';

/** An engine of somebody's own, as the server takes it. */
export type OwnEngine = NonNullable<StartOptions['engines']>[number];
type Context = Parameters<OwnEngine['engine']['run']>[1];

/** An engine that makes nothing and reports at the rate it is told: the load of the bench. */
export interface BeatEngine extends OwnEngine {
  running(): number;
  /** Jobs that went through all their stages. */
  ended(): number;
  /**
   * Reports progress of the running jobs in turn, so many times a second over all of them. With `levelsToEnd` each report
   * brings its job forward by that part of the whole, as an engine does that counts; without it the part hardly moves,
   * however long a job runs.
   */
  beat(perSecond: number, levelsToEnd?: number): void;
  /** Stops; answers how many reports there were. */
  still(): number;
}

/**
 * Makes the engine. With `stages: 0` a job runs until it is aborted; else it enters so many stages, each of them a
 * fact in the log, and succeeds. With `slots: 0` it takes no job: they wait.
 */
export function createBeatEngine(options: { slots: number; stages: number }): BeatEngine {
  const { slots, stages } = options;
  const contexts: Context[] = [];
  /** Reports made of each running job. */
  const told = new WeakMap<Context, number>();
  let metronome: Metronome | null = null;
  let ended = 0;

  function report(context: Context | undefined, dueUs: number, levelsToEnd: number | null): void {
    if (context === undefined) return;
    const count = (told.get(context) ?? 0) + 1;
    told.set(context, count);
    const fraction = levelsToEnd === null ? fractionAt(dueUs) : Math.min(1, count / levelsToEnd);
    context.progress({ fraction, step: dueUs });
  }

  return {
    engine: {
      name: 'beat',
      backend: 'beat',
      capabilities: () => ({ kinds: ['image', 'music'], models: [], features: [], slots, health: 'up', message: null }),
      async run(_work, context) {
        if (stages > 0) {
          await enterStages(context, stages);
          ended += 1;
          return;
        }
        await context.stage({ stage: 'base_model', index: 1, count: 1 });
        contexts.push(context);
        await untilAborted(context.signal).finally(() => contexts.splice(contexts.indexOf(context), 1));
      },
      close: async () => void metronome?.stop(),
    },
    traits: { auto: [], repeatable: true },
    running: () => contexts.length,
    ended: () => ended,
    beat(perSecond, levelsToEnd) {
      metronome?.stop();
      metronome = startMetronome({
        topics: contexts.length,
        perSecond,
        report: (topic, dueUs) => report(contexts[topic], dueUs, levelsToEnd ?? null),
      });
    },
    still: () => metronome?.stop() ?? 0,
  };
}

async function enterStages(context: Context, stages: number): Promise<void> {
  for (let index = 1; index <= stages; index += 1)
    await context.stage({ stage: `stage ${index}`, index, count: stages });
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
