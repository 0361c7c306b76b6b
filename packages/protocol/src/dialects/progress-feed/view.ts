import type { View, ViewContext, ViewFrame } from '../../dialect.js';
import { formatPosition } from '../../position.js';
import { isEnded } from '../../reduce.js';
import { namesOf, shownId } from '../../shown-id.js';
import { createShown } from '../../steady-progress.js';
import { createFlatForm } from './flat.js';
import type { About } from './frames.js';
import { createWrappedForm } from './wrapped.js';

/** How frames are written: wrapped (with or without previews), or flat for sockets that never subscribe. */
export const VARIANTS = ['updates', 'previews', 'flat', 'flat-generation'] as const;
export type Variant = (typeof VARIANTS)[number];

/**
 * Facts and levels in the form of the variant. What it keeps of a job that runs is the progress shown, so that a retry
 * does not fall behind it.
 */
export function createProgressFeedView(context: ViewContext): View {
  const { variant, fileUrl, epoch } = context;
  const flat = variant === 'flat' || variant === 'flat-generation';
  const form = flat ? createFlatForm(fileUrl, variant === 'flat-generation') : createWrappedForm(fileUrl);
  const shown = createShown();
  const ofJob = 'job' in context.target;

  return {
    fact(logged) {
      const { fact, job, cursor } = logged;
      const texts = form.fact(logged, shown);
      if (isEnded(job)) shown.forget(job.id);
      const position = formatPosition({ epoch, n: ofJob ? fact.seq : cursor });
      const only = namesOf(job);
      return texts.map(({ text, part, fraction }, index): ViewFrame => {
        const about: About = { part, flat, shown: shownId(job), fraction, place: { cursor, index } };
        return { frame: text, jobId: job.id, position, of: 'fact', about, only };
      });
    },
    level(jobId, level, preview, job) {
      const only = namesOf(job);
      return form.level(level, preview, job, shown).map(({ text, part, fraction }): ViewFrame => {
        const about: About = { part, flat, shown: shownId(job), fraction, place: null };
        return { frame: text, jobId, position: null, of: level.kind, about, only };
      });
    },
  };
}
