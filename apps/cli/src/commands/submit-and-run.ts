import type { SubmitInput } from '@rendercast/client';
import { EXIT } from '../exit-codes.js';
import { CommandError } from '../failure.js';
import type { OutTarget } from '../files/out-names.js';
import type { PictureMode } from '../pictures/detect.js';
import type { CommandContext } from '../run-command.js';
import { runJobs } from '../watching/run-job.js';

/** What `generate` and `compose` do with the job they submit. */
export interface RunOptions {
  target: OutTarget;
  replace: boolean;
  pictures: PictureMode;
  detach: boolean;
}

/** Refuses options that contradict `--detach`. */
export function checkDetach({ detach, out }: { detach?: boolean; out?: string }): void {
  if (detach === true && out !== undefined) {
    throw new CommandError(
      '--detach does not wait for the result; fetch it later with "rendercast watch <id> --out …".',
      EXIT.usage,
    );
  }
}

/** Submits a job, and unless detached sees it through. */
export async function submitAndRun(context: CommandContext, input: SubmitInput, options: RunOptions): Promise<number> {
  const { client, output, terminal } = context;
  const handle = await client.submit(input);
  output.record({ type: 'submitted', job: handle.submitted });
  if (options.detach) {
    output.result(handle.id);
    return EXIT.ok;
  }
  if (!output.json) output.note(terminal.paint.dim(`job ${handle.id}`));
  return runJobs(context, [handle], options);
}
