import type { Fact, Job, Level } from '@rendercast/client';
import type { Watched } from '../progress/describe-job.js';

/** How watched jobs are shown: live on a terminal, as lines of a log, or as JSON lines. */
export interface Show {
  /** Whether pictures of running jobs can be shown. */
  readonly wantsPictures: boolean;
  /** A job as it stands now; called after every fact and level, and first of all. */
  state(watched: Watched): void;
  fact(fact: Fact): void;
  level(jobId: string, level: Level): void;
  /** A preview of a job, or its result. */
  picture(jobId: string, file: Uint8Array): void;
  /** A remark between what is shown. */
  say(line: string): void;
  /** Makes room for a question on the terminal, and comes back after it. */
  pause(): void;
  resume(): void;
  /** Shows what is still to be shown and stops. */
  close(): Promise<void>;
}

/** What a job is about, in a few words for people. */
export function titleOf({ request }: Job): string {
  if ('plan' in request && request.plan?.title !== undefined) return request.plan.title;
  if (request.prompt !== undefined && request.prompt !== '') return request.prompt;
  if ('plan' in request && request.plan !== undefined) return request.plan.sections.map(({ name }) => name).join(', ');
  return '';
}
