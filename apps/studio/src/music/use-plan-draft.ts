import { planSchema } from '@rendercast/protocol/media';
import { type Dispatch, useEffect, useReducer } from 'react';
import { changed, draftOf, FIRST_DRAFT, type PlanChange, type PlanDraft, planOf } from './plan-draft.js';

const PLACE = 'rendercast.plan';

/** The plan that is being written. It stays in this browser, so a reload loses nothing. */
export function usePlanDraft(): [PlanDraft, Dispatch<PlanChange>] {
  const [draft, change] = useReducer(changed, undefined, () => keptDraft() ?? FIRST_DRAFT);
  useEffect(() => window.localStorage.setItem(PLACE, JSON.stringify(planOf(draft))), [draft]);
  return [draft, change];
}

function keptDraft(): PlanDraft | null {
  try {
    const { data } = planSchema.safeParse(JSON.parse(window.localStorage.getItem(PLACE) ?? ''));
    return data === undefined ? null : draftOf(data);
  } catch {
    return null; // nothing was kept, or something else
  }
}
