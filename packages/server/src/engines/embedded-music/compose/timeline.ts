/** Samples per second of everything that is rendered. */
export const SAMPLE_RATE = 44_100;

/** One section on the time line: whole beats in bars, exactly as long as the plan says. */
export interface Grid {
  startSample: number;
  endSample: number;
  /** Beats of each bar; a bar may be shorter than the metre where whole bars do not fit. */
  barBeats: readonly number[];
  /** Beat at which each bar begins. */
  barStarts: readonly number[];
  totalBeats: number;
  samplesPerBeat: number;
  /** The section's own tempo: the song's, nudged so that the beats fill the section. */
  tempoBpm: number;
}

export interface Timeline {
  /** The tempo that fits all sections best. */
  tempoBpm: number;
  beatsPerBar: number;
  grids: readonly Grid[];
  totalSamples: number;
}

/** A nudge of 4 % costs 1, as much as a bar cut in half costs; more is heard as a change of tempo. */
const NUDGE_COST = 625;

/**
 * Finds the tempo whose bars fit the sections best, then nudges each section so that its borders are exact.
 *
 * @param range slowest, wanted and fastest tempo in beats per minute.
 */
export function layTimeline(
  durationsMs: readonly number[],
  range: readonly [number, number, number],
  beatsPerBar: number,
): Timeline {
  const [slowest, wanted, fastest] = range;
  let tempoBpm = wanted;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let tempo = slowest; tempo <= fastest + 0.01; tempo += 0.5) {
    const distance = (tempo - wanted) / (fastest - slowest + 1);
    const fits = durationsMs.reduce((sum, ms) => sum + fitBeats(ms, tempo, beatsPerBar).cost, 0);
    const cost = fits / durationsMs.length + distance * distance;
    if (cost < bestCost - 1e-9) [tempoBpm, bestCost] = [tempo, cost];
  }
  let elapsedMs = 0;
  const grids = durationsMs.map((ms) => {
    const startSample = Math.round((elapsedMs * SAMPLE_RATE) / 1000);
    elapsedMs += ms;
    const endSample = Math.round((elapsedMs * SAMPLE_RATE) / 1000);
    return gridOf(startSample, endSample, fitBeats(ms, tempoBpm, beatsPerBar).beats, beatsPerBar);
  });
  return { tempoBpm, beatsPerBar, grids, totalSamples: grids.at(-1)?.endSample ?? 0 };
}

function fitBeats(durationMs: number, tempo: number, beatsPerBar: number): { beats: number; cost: number } {
  const ideal = (durationMs * tempo) / 60_000;
  const bar = Math.floor(ideal / beatsPerBar) * beatsPerBar;
  const candidates = [Math.floor(ideal), Math.ceil(ideal), bar, bar + beatsPerBar, bar + Math.floor(beatsPerBar / 2)];
  let best = { beats: 1, cost: Number.POSITIVE_INFINITY };
  for (const candidate of candidates) {
    const beats = Math.max(1, candidate);
    const left = beats % beatsPerBar;
    const oddBars = left === 0 && (beats / beatsPerBar) % 2 === 1 && beats > beatsPerBar ? 0.12 : 0;
    const cut = left === 0 ? 0 : left * 2 === beatsPerBar ? 0.6 : 1;
    const cost = NUDGE_COST * (beats / ideal - 1) ** 2 + cut + oddBars;
    if (cost < best.cost) best = { beats, cost };
  }
  return best;
}

function gridOf(startSample: number, endSample: number, beats: number, beatsPerBar: number): Grid {
  const barBeats: number[] = [];
  const barStarts: number[] = [];
  for (let beat = 0; beat < beats; beat += beatsPerBar) {
    barStarts.push(beat);
    barBeats.push(Math.min(beatsPerBar, beats - beat));
  }
  const samplesPerBeat = (endSample - startSample) / beats;
  const tempoBpm = (60 * SAMPLE_RATE) / samplesPerBeat;
  return { startSample, endSample, barBeats, barStarts, totalBeats: beats, samplesPerBeat, tempoBpm };
}

/** Moves the second half of each pair of notes later: the beat as it is played. */
export function swung(beat: number, swing: { unit: number; ratio: number }): number {
  const pair = swing.unit * 2;
  const start = Math.floor(beat / pair + 1e-9) * pair;
  const within = (beat - start) / pair;
  const moved = within < 0.5 ? within * 2 * swing.ratio : swing.ratio + (within - 0.5) * 2 * (1 - swing.ratio);
  return start + moved * pair;
}
