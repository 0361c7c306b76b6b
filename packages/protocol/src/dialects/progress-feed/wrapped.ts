import type { FileUrl } from '../../dialect.js';
import { jpegPreview } from '../../jpeg-preview.js';
import { isEnded } from '../../reduce.js';
import { timeOfLevel } from '../../steady-progress.js';
import type { Form } from './form.js';
import { completeMessage, startedMessage, updateMessage } from './frames.js';
import { timeOf } from './messages.js';

/** The messages of sockets that subscribe: `{type, timestamp, data}`. */
export function createWrappedForm(fileUrl: FileUrl): Form {
  return {
    fact({ fact, job }, shown) {
      const at = timeOf(fact.at);
      const now = shown.now(job);
      // What an attempt had left to do says nothing about the next.
      const figures = now === null || isEnded(job) ? now : { ...now, etaMs: null };
      const fraction = figures?.fraction ?? 0;
      const update = (part: 'waiting' | 'progress' | 'final') => ({
        text: updateMessage(job, figures, at),
        part,
        fraction,
      });
      switch (fact.type) {
        case 'started':
          // Every attempt says so: a socket that came between two has not heard of the first.
          return [{ text: startedMessage(job, at), part: 'start', fraction }, update('progress')];
        case 'retrying':
          return [update('waiting')];
        case 'succeeded':
        case 'failed':
        case 'canceled':
          return [update('final'), { text: completeMessage(job, at, fileUrl), part: 'end', fraction }];
        default:
          return [];
      }
    },
    level(level, preview, job, shown) {
      if (level.kind === 'progress') {
        const figures = shown.take(job, level);
        const text = updateMessage(job, figures, timeOf(timeOfLevel(job, level.elapsedMs)));
        return [{ text, part: 'progress', fraction: figures.fraction }];
      }
      if (level.kind !== 'preview') return [];
      const figures = shown.now(job);
      const picture = jpegPreview(preview);
      if (figures === null || picture === null) return [];
      const text = updateMessage(job, figures, timeOf(timeOfLevel(job, figures.elapsedMs)), picture);
      return [{ text, part: 'progress', fraction: figures.fraction }];
    },
  };
}
