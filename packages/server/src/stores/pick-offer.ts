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
