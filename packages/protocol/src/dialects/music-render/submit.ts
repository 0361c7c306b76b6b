import type { Submitted, Verbs } from '../../commands.js';
import type { CompositionPlan } from '../../media.js';

/** Name of the dialect. */
export const VIA = 'music-render';

/** For so long after its end a render is found again by whoever sends its plan once more, in milliseconds. */
const JOIN_WITHIN_MS = 600_000;
/** Tag of a render whose result was handed over: the same plan then means a new one. */
const DELIVERED = 'delivered';

/** Takes a render, or joins the one of the same plan whose result nobody has yet. */
export function submitPlan(verbs: Verbs, plan: CompositionPlan, engine: string): Promise<Submitted> {
  return verbs.submit(
    { kind: 'music', request: { plan, format: 'mp3' }, engine, priority: 0, tags: [] },
    { via: VIA, join: { withinMs: JOIN_WITHIN_MS, unlessTag: DELIVERED } },
  );
}

/** Notes that a result is on its way to its client. Where that fails, the result still goes out: it could be had once more. */
export async function markDelivered(verbs: Verbs, id: string): Promise<void> {
  try {
    const { job } = await verbs.get(id);
    if (!job.tags.includes(DELIVERED)) await verbs.edit(id, { tags: [...job.tags, DELIVERED] });
  } catch {
    // The store is out of reach, or the render was removed just now.
  }
}
