import type { JobKind } from '@rendercast/protocol';
import type { Offer } from './store.js';

/** What of a job decides where it can run. */
export interface Wanted {
  kind: JobKind;
  engine: string;
  model: string | null;
}

/** Whether an offer fits a job: the one rule by which all stores claim, and by which waiting jobs are told why they wait. */
export function canRun(offer: Offer, job: Wanted): boolean {
  const byName = offer.engine === job.engine || (offer.auto && job.engine === 'auto');
  const byModel = job.model === null || offer.models === null || offer.models.includes(job.model);
  return byName && byModel && offer.kinds.includes(job.kind);
}

/**
 * The offer that gets a job, of those that fit: the first whose backend has the job's model loaded, else the first that
 * has none known to be loaded, else the first. A job that names no model goes to the first.
 */
export function pickOffer(offers: readonly Offer[], job: Wanted): Offer | undefined {
  const fitting = offers.filter((offer) => canRun(offer, job));
  if (job.model === null) return fitting[0];
  return fitting.find(({ warm }) => warm === job.model) ?? fitting.find(({ warm }) => warm === undefined) ?? fitting[0];
}

/**
 * Jobs that came so soon after another of their priority may overtake it for the sake of a loaded model. So none is ever
 * overtaken by more than these, however many come later.
 */
export const MAX_OVERTAKING = 16;

/**
 * The models to look for a little further down the line, where the first job would have a backend drop the model that it has
 * loaded. Empty: it has its model loaded somewhere, or a backend with none, or does not care; then it is its turn.
 */
export function loadedInstead(offers: readonly Offer[], first: Wanted): string[] {
  if (first.model === null) return [];
  const fitting = offers.filter((offer) => canRun(offer, first));
  if (fitting.some(({ warm }) => warm === undefined || warm === first.model)) return [];
  return [...new Set(fitting.flatMap(({ warm }) => warm ?? []))];
}
