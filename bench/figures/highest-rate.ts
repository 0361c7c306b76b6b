/** How a rate was held. */
export interface Probe<T> {
  held: boolean;
  window: T;
}

/**
 * Looks for the highest rate that is held: up in large steps from a rate that is, then on in small ones. Answers the
 * window of the highest; null where not even a small part of the start is held.
 */
export async function findHighestRate<T>(
  start: number,
  probe: (perSecond: number) => Promise<Probe<T>>,
  steps: { large: number; small: number },
): Promise<{ perSecond: number; window: T } | null> {
  let best: { perSecond: number; window: T } | null = null;
  let perSecond = start;
  let step = steps.large;
  for (let tries = 0; tries < 14; tries += 1) {
    const { held, window } = await probe(Math.round(perSecond));
    if (held) {
      best = { perSecond, window };
      perSecond *= step;
    } else if (best === null) {
      perSecond /= step;
    } else if (step > steps.small) {
      step = steps.small;
      perSecond = best.perSecond * step;
    } else return best;
  }
  return best;
}
