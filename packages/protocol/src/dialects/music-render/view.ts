import type { LoggedFact, View, ViewContext, ViewFrame } from '../../dialect.js';
import type { Job } from '../../job.js';
import { formatPosition } from '../../position.js';
import { shownId } from '../../shown-id.js';
import { timeOfLevel } from '../../steady-progress.js';
import { errorMessage, progressMessage } from './messages.js';
import { failureOf } from './result.js';
import { AFTER_ENGINE, AT_END, beginning, generating, type Standing } from './stages.js';

/** What a session asks of a frame. */
export interface About {
  /** A message of progress is heard when it rises; null: an error, which is always heard. */
  percent: number | null;
  /** The job as it ended, with the last frame that tells of it. */
  ended: Job | null;
}

/**
 * Facts and levels as messages of one render. The result is not among them: the session writes it once it is noted that
 * it was handed over.
 */
export function createMusicRenderView({ target, epoch }: ViewContext): View {
  const ofJob = 'job' in target;
  return {
    fact(logged) {
      const { fact, job, cursor } = logged;
      const position = formatPosition({ epoch, n: ofJob ? fact.seq : cursor });
      return textsOf(logged).map(({ text, about }): ViewFrame => {
        return { frame: text, jobId: job.id, position, of: 'fact', about };
      });
    },
    level(jobId, level, _preview, job) {
      if (level.kind !== 'progress') return [];
      const at = timeOfLevel(job, level.elapsedMs);
      const { text, about } = progress(job, at, generating(job, level));
      return [{ frame: text, jobId, position: null, of: level.kind, about }];
    },
  };
}

interface Text {
  text: string;
  about: About;
}

function textsOf({ fact, job }: LoggedFact): Text[] {
  const { at } = fact;
  switch (fact.type) {
    case 'started':
      return [progress(job, at, beginning(job))];
    case 'output':
      return AFTER_ENGINE.map((standing) => progress(job, at, standing));
    case 'succeeded':
      return ending(job, at);
    case 'failed':
    case 'canceled':
      return [failure(job, at)];
    default:
      return [];
  }
}

function ending(job: Job, at: string): Text[] {
  if (failureOf(job) !== null) return [failure(job, at)];
  const passed = [...AFTER_ENGINE, ...AT_END].map((standing) => progress(job, at, standing));
  const last = passed.at(-1);
  if (last !== undefined) last.about.ended = job;
  return passed;
}

function progress(job: Job, at: string, standing: Standing): Text {
  return {
    text: progressMessage(standing, at, shownId(job)),
    about: { percent: standing.percent, ended: null },
  };
}

function failure(job: Job, at: string): Text {
  const words = failureOf(job) ?? 'The render failed.';
  return { text: errorMessage('SERVER_ERROR', words, at, shownId(job)), about: { percent: null, ended: job } };
}
