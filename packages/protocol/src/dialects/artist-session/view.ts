import type { LoggedFact, View, ViewContext, ViewFrame } from '../../dialect.js';
import type { Hearing } from '../../heard.js';
import type { Job } from '../../job.js';
import { jpegPreview } from '../../jpeg-preview.js';
import { formatPosition } from '../../position.js';
import { isEnded } from '../../reduce.js';
import { namesOf, shownId } from '../../shown-id.js';
import { createShown, type Shown, timeOfLevel } from '../../steady-progress.js';
import { type About, begunMessage, endMessage, progressMessage, startMessage } from './frames.js';
import { createGalleryView } from './gallery-view.js';
import { message } from './messages.js';

/** With pictures of what is under way, or without. */
export const VARIANTS = ['plain', 'previews'] as const;
export type Variant = (typeof VARIANTS)[number];

interface Text {
  text: string;
  about: About;
}

/**
 * Facts and levels as messages of sessions and of the gallery. What it keeps of a job that runs is the progress shown,
 * so that a retry does not fall behind it, and its images, so that those of an attempt given up leave the gallery.
 */
export function createArtistSessionView(context: ViewContext): View {
  const { fileUrl, epoch } = context;
  const shown = createShown();
  const gallery = createGalleryView(fileUrl);
  const ofJob = 'job' in context.target;

  function textsOf(logged: LoggedFact): Text[] {
    const news = gallery.fact(logged).map((text): Text => ({ text, about: { of: 'gallery' } }));
    return [...sessionTexts(logged), ...news];
  }

  function sessionTexts({ fact, job }: LoggedFact): Text[] {
    const { at } = fact;
    const fraction = shown.now(job)?.fraction ?? 0;
    switch (fact.type) {
      case 'started':
        // Every attempt says so: a socket that came between two has not heard of the first.
        return [of(job, 'start', startMessage(job, at), fraction), of(job, 'begun', begunMessage(job, at), fraction)];
      case 'note':
        return [noteText(job, at, fact.data)];
      case 'succeeded':
      case 'failed':
      case 'canceled':
        return [...lastProgress(job, at, shown), of(job, 'end', endMessage(job, at, fileUrl), fraction)];
      default:
        return [];
    }
  }

  return {
    fact(logged) {
      const { fact, job, cursor } = logged;
      const position = formatPosition({ epoch, n: ofJob ? fact.seq : cursor });
      const only = namesOf(job);
      const frames = textsOf(logged).map(({ text, about }): ViewFrame => {
        const frame = { frame: text, jobId: job.id, position, of: 'fact' as const, about };
        return about.of === 'gallery' ? frame : { ...frame, only };
      });
      if (isEnded(job)) shown.forget(job.id);
      return frames;
    },
    level(jobId, level, preview, job) {
      if (level.kind !== 'progress' && level.kind !== 'preview') return [];
      const picture = level.kind === 'preview' ? jpegPreview(preview) : null;
      const figures = level.kind === 'progress' ? shown.take(job, level) : shown.now(job);
      if (figures === null || (level.kind === 'preview' && picture === null)) return [];
      const text = progressMessage(job, figures, timeOfLevel(job, figures.elapsedMs), picture);
      const { about } = of(job, 'progress', text, figures.fraction);
      return [{ frame: text, jobId, position: null, of: level.kind, about, only: namesOf(job) }];
    },
  };
}

function of(job: Job, part: Hearing['part'], text: string, fraction: number): Text {
  return { text, about: { of: 'job', part, fraction, shown: shownId(job) } };
}

/** A success is told at 100 %. */
function lastProgress(job: Job, at: string, shown: Shown): Text[] {
  const figures = job.state === 'succeeded' ? shown.now(job) : null;
  return figures === null ? [] : [of(job, 'final', progressMessage(job, figures, at), 1)];
}

function noteText(job: Job, at: string, data: Record<string, unknown>): Text {
  const session_id = shownId(job);
  return { text: message('custom', at, { session_id, data }), about: { of: 'note', shown: session_id } };
}
