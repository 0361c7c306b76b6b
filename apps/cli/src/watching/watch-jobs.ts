import { type Job, type JobHandle, RendercastError } from '@rendercast/client';
import { detectPictures, type PictureMode } from '../pictures/detect.js';
import { createPictureMaker } from '../pictures/picture.js';
import type { CommandContext } from '../run-command.js';
import { followJob } from './follow-job.js';
import { createInterrupts, type Interrupts } from './interrupts.js';
import type { Show } from './show.js';
import { createJsonShow } from './show-json.js';
import { createLineShow } from './show-lines.js';
import { createLiveShow } from './show-live.js';

/** How a watch came to its end. */
export type Watch = { ended: Job[] } | { leftWith: number };

/** How jobs are watched. */
export interface WatchOptions {
  pictures: PictureMode;
  /** Called with each job that has ended, before the show is over: its results can still be shown. */
  onEnd?: (job: Job, show: Show, signal: AbortSignal) => Promise<void>;
}

/** Watches jobs until all have ended or the user leaves. */
export async function watchJobs(
  context: CommandContext,
  handles: readonly JobHandle[],
  options: WatchOptions,
): Promise<Watch> {
  const many = handles.length > 1;
  const what = many ? `these ${handles.length} jobs` : 'the job';
  const cancel = async () => void (await Promise.all(handles.map((handle) => cancelUnlessEnded(handle))));
  return withShow(context, { pictures: options.pictures, many, what, cancel }, async (show, signal) => {
    const watch = async (handle: JobHandle) => {
      const job = await followJob(handle, context.client, show, signal);
      await options.onEnd?.(job, show, signal);
      return job;
    };
    // All are waited for, also when one cannot be followed: its error is the command's then.
    const results = await Promise.allSettled(handles.map(watch));
    return results.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
  });
}

/** Runs `watch` with something to show on, until it is done or the user leaves. */
export async function withShow(
  context: CommandContext,
  how: { pictures: PictureMode; many: boolean; what: string | null; cancel: () => Promise<void> },
  watch: (show: Show, signal: AbortSignal) => Promise<Job[]>,
): Promise<Watch> {
  const { terminal } = context;
  const show = chooseShow(context, how.pictures, how.many);
  const { stdin, stderr } = process;
  const what = context.output.json ? null : how.what;
  const interrupts: Interrupts = createInterrupts({ terminal, stdin, stderr, show, what, cancel: how.cancel });
  const unsubscribe = sayConnection(context, show);
  try {
    return { ended: await watch(show, interrupts.left) };
  } catch (error) {
    if (!interrupts.left.aborted) throw error;
    return { leftWith: interrupts.left.reason as number };
  } finally {
    unsubscribe();
    interrupts.close();
    await show.close();
  }
}

function chooseShow({ output, terminal, env }: CommandContext, pictures: PictureMode, many: boolean): Show {
  if (output.json) return createJsonShow(output);
  if (!terminal.live) return createLineShow(output, many);
  const protocol = pictures === 'auto' ? detectPictures(env, terminal.live) : pictures;
  // The number tells our picture from those of other programs in the same terminal.
  const maker = createPictureMaker(protocol, env, process.pid);
  return createLiveShow(terminal, (text) => void process.stderr.write(text), maker, many);
}

/** Says once when the connection is lost, and when it is there again: the job goes on meanwhile. */
function sayConnection({ client }: CommandContext, show: Show): () => void {
  let lost = false;
  let wasOpen = false;
  return client.connection.subscribe(() => {
    const { status } = client.connection.get();
    if (status === 'open') {
      if (lost) show.say('Connected again.');
      lost = false;
      wasOpen = true;
    } else if (wasOpen && !lost && (status === 'waiting' || status === 'offline')) {
      lost = true;
      show.say('The connection is lost; the job goes on. Trying again …');
    }
  });
}

async function cancelUnlessEnded(handle: JobHandle): Promise<void> {
  try {
    await handle.cancel();
  } catch (error) {
    if (!(error instanceof RendercastError && error.code === 'already_ended')) throw error;
  }
}
