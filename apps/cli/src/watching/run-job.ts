import { readFile } from 'node:fs/promises';
import type { Job, JobHandle } from '@rendercast/client';
import { exitCodeOfJobs } from '../exit-codes.js';
import type { OutTarget } from '../files/out-names.js';
import { type SavedFile, saveResults } from '../files/save-results.js';
import type { PictureMode } from '../pictures/detect.js';
import type { CommandContext } from '../run-command.js';
import type { Show } from './show.js';
import { watchJobs } from './watch-jobs.js';

/** What is to become of the results. */
export interface ResultOptions {
  pictures: PictureMode;
  /** Null: they stay on the server. */
  target: OutTarget | null;
  replace: boolean;
}

/** Watches jobs to their end, saves what they made, says what came of it, and answers the exit code. */
export async function runJobs(
  context: CommandContext,
  handles: readonly JobHandle[],
  options: ResultOptions,
): Promise<number> {
  const files = new Map<string, SavedFile[]>();
  const onEnd = async (job: Job, show: Show, signal: AbortSignal) => {
    if (options.target === null) return showFirst(context, job, show, signal);
    const saved = await saveResults(context.client, job, options.target, { replace: options.replace, signal });
    files.set(job.id, saved);
    const picture = saved.find(({ artifact, path }) => path !== null && artifact.mediaType.startsWith('image/'));
    if (show.wantsPictures && picture?.path != null) show.picture(job.id, await readFile(picture.path));
  };
  const watch = await watchJobs(context, handles, { pictures: options.pictures, onEnd });
  if ('leftWith' in watch) {
    sayHowToWatchAgain(context, handles, options.target);
    return watch.leftWith;
  }
  for (const job of watch.ended) report(context, job, files.get(job.id) ?? []);
  return exitCodeOfJobs(watch.ended.map(({ state }) => state));
}

function report({ output }: CommandContext, job: Job, saved: readonly SavedFile[]): void {
  const paths = saved.flatMap(({ path }) => (path === null ? [] : [path]));
  output.record({ type: 'result', job, files: paths });
  for (const path of paths) output.result(path);
}

/** The picture itself in place of its last preview, where it is not fetched for a file anyway. */
async function showFirst({ client }: CommandContext, job: Job, show: Show, signal: AbortSignal): Promise<void> {
  const picture = job.outputs.find(({ artifact }) => artifact.mediaType.startsWith('image/'));
  if (!show.wantsPictures || picture === undefined) return;
  const response = await client.download(picture, { signal, thumbnail: picture.artifact.hasThumbnail });
  show.picture(job.id, new Uint8Array(await response.arrayBuffer()));
}

function sayHowToWatchAgain({ output }: CommandContext, handles: readonly JobHandle[], target: OutTarget | null): void {
  const ids = handles.map(({ id }) => id).join(' ');
  const out = target === null || target.to === 'stdout' ? '' : ` --out ${target.path}`;
  output.record({ type: 'left', jobs: handles.map(({ id }) => id) });
  output.note(`${handles.length > 1 ? 'The jobs go' : 'The job goes'} on. Watch again: rendercast watch ${ids}${out}`);
}
