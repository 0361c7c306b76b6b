/** One climb of a server's step counter: a batch has one for each iteration, and one more with a second pass. */
export interface Pass {
  stage: 'base' | 'hires' | 'refiner';
  steps: number;
}

/** How far a whole request is. */
export interface Reach {
  /** 0 to 1; null: it cannot be known. */
  fraction: number | null;
  step?: number;
  /** What it does now; null: nothing that deserves a name. */
  stage: string | null;
  /** Number of the pass, from 0; null outside of passes. */
  pass: number | null;
}

/** Steps of all passes together. */
export const stepsOf = (passes: readonly Pass[]): number => passes.reduce((sum, { steps }) => sum + steps, 0);

/** How far the whole is when a part of one pass is done; passes count by their steps. */
export function reachOf(passes: readonly Pass[], at: number, within: number): Reach {
  const pass = passes[at];
  if (pass === undefined) return { fraction: null, stage: null, pass: null };
  const part = Math.min(1, Math.max(0, within));
  const done = stepsOf(passes.slice(0, at)) + part * pass.steps;
  const all = stepsOf(passes);
  const step = Math.min(all, Math.round(done));
  return { fraction: Math.min(1, done / Math.max(1, all)), step, stage: pass.stage, pass: at };
}

/** How far the whole is by the figure of A1111 and Forge, which gives every pass the same share. */
export function reachOfShare(passes: readonly Pass[], share: number): Reach {
  const scaled = Math.min(1, Math.max(0, share)) * passes.length;
  const at = Math.min(passes.length - 1, Math.floor(scaled + 1e-9));
  return reachOf(passes, at, scaled - at);
}
