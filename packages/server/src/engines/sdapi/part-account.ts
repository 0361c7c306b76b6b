import { type Pass, type Reach, reachOf } from './passes.js';
import type { GlobalProgress } from './wire.js';

/** Makes one figure of what SD.Next says of the parts of a request, one after the other. */
export interface PartAccount {
  /** Takes what was just heard; answers how far the whole request is. */
  hear(said: GlobalProgress): Reach;
}

/**
 * An account over passes that were planned. The server's counters start anew with every part and its id changes with
 * them, so a new climb is known by a new id or a step that fell. A climb that was too short to be seen is not counted:
 * the figure is too low then, never too high.
 */
export function createPartAccount(passes: readonly Pass[]): PartAccount {
  let at = -1;
  let lastId: string | null = null;
  let lastStep = 0;
  let within = 0;
  let announced: Pass['stage'] | null = null;

  /** To the next pass, or to the next one of the stage that a part before it has announced. */
  function advance(): void {
    const wanted = passes.findIndex(({ stage }, index) => index > at && stage === announced);
    at = Math.min(passes.length - 1, wanted > at ? wanted : at + 1);
    announced = null;
  }

  return {
    hear({ id, state: { job, sampling_step: step, sampling_steps: steps } }) {
      if (/hires/i.test(job)) announced = 'hires';
      if (/refine/i.test(job)) announced = 'refiner';
      const climbs = /inference|base|hires|refine/i.test(job) && step > 0 && steps > 0;
      if (climbs) {
        if (at < 0 || id !== lastId || step < lastStep) advance();
        lastId = id;
        lastStep = step;
        within = step / steps;
      }
      const reach = at < 0 ? { fraction: null, stage: null, pass: null } : reachOf(passes, at, within);
      return climbs ? reach : { ...reach, stage: stageOf(job), pass: null };
    },
  };
}

/** The parts that take long enough to be told. */
function stageOf(job: string): string | null {
  if (/load|download/i.test(job)) return 'loading';
  if (/vae decode/i.test(job)) return 'decoding';
  if (/upscale/i.test(job)) return 'upscaling';
  return null;
}
