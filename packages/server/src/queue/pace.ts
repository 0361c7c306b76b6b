/** Works out how long is left from how fast it went. */
export interface Pace {
  /** Notes how far it is now; answers the time left in milliseconds, null while nothing is known. */
  at(fraction: number, elapsedMs: number): number | null;
}

/** Weight of the newest stretch: a change of pace (a slower second stage) is believed after a few reports. */
const NEWEST = 0.3;

/**
 * The time per part, smoothed over the reports. The first report only sets the start: what came before it (loading a
 * model) says nothing about the rest.
 */
export function createPace(): Pace {
  let last: { fraction: number; elapsedMs: number } | null = null;
  let msPerWhole: number | null = null;
  return {
    at(fraction, elapsedMs) {
      if (fraction >= 1) return 0;
      if (last === null) last = { fraction, elapsedMs };
      const part = fraction - last.fraction;
      const tookMs = elapsedMs - last.elapsedMs;
      if (part > 0 && tookMs > 0) {
        const measured = tookMs / part;
        msPerWhole = msPerWhole === null ? measured : msPerWhole * (1 - NEWEST) + measured * NEWEST;
        last = { fraction, elapsedMs };
      }
      return msPerWhole === null ? null : Math.round((1 - fraction) * msPerWhole);
    },
  };
}
