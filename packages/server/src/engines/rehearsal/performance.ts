import type { ImageRequest, MusicRequest } from '@rendercast/protocol';
import { type Clock, sleep } from '../../clock.js';
import { type EngineContext, EngineError, type OutputReport, type Work } from '../engine.js';
import { drawPicture } from './picture.js';
import { type PlannedStage, planStages, readScript, type Script } from './script.js';
import { playTune } from './tune.js';

const PREVIEW_PX = 128;

/** One run of a script. */
interface Play {
  work: Work;
  script: Script;
  context: EngineContext;
  clock: Clock;
  stages: readonly PlannedStage[];
  steps: number;
  /** Aborts when the run has to stop: the context's signal, later by `deafMs`. */
  stop: AbortSignal;
}

/** Plays the script of a job from the first stage to the last output. `closing` ends what may outlast the run. */
export async function perform(work: Work, context: EngineContext, clock: Clock, closing: AbortSignal): Promise<void> {
  const script = readScript(work.job.request);
  const stages = planStages(work.job.request, script);
  const steps = stages.reduce((sum, stage) => sum + stage.steps, 0);
  const { signal: stop, forget } = hearAfter(context.signal, script.deafMs, clock);
  const play: Play = { work, script, context, clock, stages, steps, stop };
  try {
    await sleep(clock, script.startMs, stop);
    let step = 0;
    for (const [index, stage] of stages.entries()) {
      await context.stage({ stage: stage.name, index: index + 1, count: stages.length, steps });
      for (let within = 0; within < stage.steps; within++) await playStep(play, ++step);
    }
    await handIn(play);
  } finally {
    forget();
    if (script.busyMs > 0) context.busyUntil(sleep(clock, script.busyMs, closing));
  }
}

async function playStep(play: Play, step: number): Promise<void> {
  const { script, context, clock, stop } = play;
  stop.throwIfAborted();
  failIfScripted(play, step);
  if (script.hangAtStep === step) await untilAborted(stop);
  await sleep(clock, script.stepMs, stop);
  if (isSilent(script, step)) return;
  const fraction = step / play.steps;
  const told = script.fallingPercent && step % 3 === 0 ? fraction / 2 : fraction;
  context.progress({ fraction: told, step, steps: play.steps });
  if (script.previewEvery > 0 && step % script.previewEvery === 0 && context.wantsPreview()) {
    await showPreview(play, fraction);
  }
}

function failIfScripted({ script, work }: Play, step: number): void {
  const { transient, fail } = script;
  if (transient !== undefined && work.attempt <= transient.attempts && step === transient.atStep) {
    throw new EngineError('engine_failed', `Rehearsed failure of attempt ${work.attempt}.`, {
      retryable: true,
      ...(transient.retryAfterMs === undefined ? {} : { retryAfterMs: transient.retryAfterMs }),
    });
  }
  if (fail?.atStep === step) {
    throw new EngineError(fail.code, `Rehearsed failure at step ${step}.`, {
      retryable: fail.retryable,
      ...(fail.retryAfterMs === undefined ? {} : { retryAfterMs: fail.retryAfterMs }),
    });
  }
}

function isSilent({ silence }: Script, step: number): boolean {
  if (silence === undefined || step < silence.atStep) return false;
  return silence.steps === undefined || step < silence.atStep + silence.steps;
}

async function showPreview({ work, context }: Play, done: number): Promise<void> {
  const bytes = await drawPicture({
    seed: work.job.seed,
    width: PREVIEW_PX,
    height: PREVIEW_PX,
    done,
    format: 'jpeg',
  });
  context.preview({ mediaType: 'image/jpeg', bytes, width: PREVIEW_PX, height: PREVIEW_PX });
}

async function handIn(play: Play): Promise<void> {
  const { work, script, context } = play;
  const count = script.outputs ?? ('count' in work.job.request ? work.job.request.count : undefined) ?? 1;
  for (let slot = 0; slot < count; slot++) await context.output(await makeOutput(play, slot));
  context.progress({ fraction: 1, step: play.steps, steps: play.steps });
  if (!script.finishTwice || count === 0) return;
  await context.output(await makeOutput(play, count - 1));
  play.clock.after(0, () => context.progress({ fraction: 1, step: play.steps, steps: play.steps }));
}

async function makeOutput({ work, steps }: Play, slot: number): Promise<OutputReport> {
  const seed = (work.job.seed + slot) % 4_294_967_296;
  const parameters = { engine: 'rehearsal', seed, steps };
  return work.job.kind === 'image'
    ? await makePicture(work.job.request as ImageRequest, seed, slot, parameters)
    : makeTune(work.job.request as MusicRequest, seed, slot, parameters);
}

async function makePicture(
  request: ImageRequest,
  seed: number,
  slot: number,
  parameters: OutputReport['parameters'],
): Promise<OutputReport> {
  const { width = 512, height = 512, format = 'png' } = request;
  const body = await drawPicture({ seed, width, height, done: 1, format });
  return {
    slot,
    mediaType: `image/${format}`,
    body,
    name: `rehearsal-${slot + 1}.${format}`,
    width,
    height,
    parameters,
  };
}

function makeTune(
  request: MusicRequest,
  seed: number,
  slot: number,
  parameters: OutputReport['parameters'],
): OutputReport {
  const planned = request.plan?.sections.reduce((sum, section) => sum + section.durationMs, 0);
  const durationMs = planned ?? request.lengthMs ?? 5_000;
  const body = playTune(seed, durationMs);
  return { slot, mediaType: 'audio/wav', body, name: `rehearsal-${slot + 1}.wav`, durationMs, parameters };
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** A signal that follows another one so much later; `forget` lets go of both. */
function hearAfter(signal: AbortSignal, deafMs: number, clock: Clock): { signal: AbortSignal; forget: () => void } {
  if (deafMs === 0) return { signal, forget: () => undefined };
  const late = new AbortController();
  let takeBack = (): void => undefined;
  const onAbort = () => {
    takeBack = clock.after(deafMs, () => late.abort(signal.reason));
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return {
    signal: late.signal,
    forget: () => {
      signal.removeEventListener('abort', onAbort);
      takeBack();
    },
  };
}
