import { LIMITS } from '@rendercast/protocol';

/** What sections are measured with. */
export interface Measure {
  totalMs: number;
  /** Tempo wanted, and how far it may be nudged, as a share. */
  tempoBpm: number;
  nudge: number;
  beatsPerBar: number;
}

/**
 * Shares a length out among sections in whole bars: four at a time where there is room, else two or one. The bars are made
 * to fill the length by nudging the tempo; where it may not be nudged the last section takes what is left.
 */
export function sectionLengths(shares: readonly number[], measure: Measure): number[] {
  const { totalMs, tempoBpm, nudge, beatsPerBar } = measure;
  const barMs = (60_000 * beatsPerBar) / tempoBpm;
  const ideal = totalMs / barMs;
  const unit = [4, 2, 1].find((bars) => {
    const whole = Math.max(shares.length, Math.round(ideal / bars)) * bars;
    return ideal / shares.length >= bars && Math.abs(whole / ideal - 1) <= nudge;
  });
  const bars = shareBars(shares, unit === undefined ? Math.round(ideal) : Math.round(ideal / unit) * unit, unit ?? 1);
  const sum = bars.reduce((all, count) => all + count, 0);
  const fitted = unit === undefined && sum <= Math.round(ideal) ? barMs : totalMs / sum;
  return toMilliseconds(bars, fitted, totalMs);
}

function shareBars(shares: readonly number[], wanted: number, unit: number): number[] {
  const sum = shares.reduce((all, share) => all + share, 0);
  const bars = shares.map((share) => Math.max(unit, Math.round(((share / sum) * wanted) / unit) * unit));
  for (let tries = 0; tries < 200; tries++) {
    const off = wanted - bars.reduce((all, count) => all + count, 0);
    if (Math.abs(off) < unit) break;
    // Who is farthest from its share gives or takes.
    const gaps = bars.map((count, i) => ((shares[i] ?? 1) / sum) * wanted - count);
    const change = off > 0 ? unit : -unit;
    const open = gaps.map((gap, i) =>
      off < 0 && (bars[i] ?? 0) <= unit ? Number.NEGATIVE_INFINITY : gap * Math.sign(off),
    );
    const index = open.indexOf(Math.max(...open));
    if (open[index] === Number.NEGATIVE_INFINITY) break;
    bars[index] = (bars[index] ?? unit) + change;
  }
  return bars;
}

/** Borders on whole milliseconds; no section below the shortest one allowed, all together exactly as long as wanted. */
function toMilliseconds(bars: readonly number[], barMs: number, totalMs: number): number[] {
  let played = 0;
  let border = 0;
  return bars.map((count, index) => {
    const after = bars.length - index - 1;
    played += count;
    const most = totalMs - after * LIMITS.minSectionMs;
    const end =
      after === 0 ? totalMs : Math.min(most, Math.max(border + LIMITS.minSectionMs, Math.round(played * barMs)));
    const length = end - border;
    border = end;
    return length;
  });
}
