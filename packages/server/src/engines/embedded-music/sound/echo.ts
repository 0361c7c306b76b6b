import { SAMPLE_RATE } from '../compose/timeline.js';

/** Echoes that jump from side to side, each darker than the one before. Reads two channels, adds to two. */
export function createEcho(seconds: number): {
  run(inL: Float32Array, inR: Float32Array, outL: Float32Array, outR: Float32Array, count: number): void;
} {
  const length = Math.max(64, Math.round(Math.min(1.5, seconds) * SAMPLE_RATE));
  const left = new Float32Array(length);
  const right = new Float32Array(length);
  const feedback = 0.36;
  let at = 0;
  let keptL = 0;
  let keptR = 0;
  return {
    run(inL, inR, outL, outR, count) {
      let lowL = keptL;
      let lowR = keptR;
      for (let i = 0; i < count; i++) {
        lowL += 0.32 * ((left[at] as number) - lowL) + 1e-18;
        lowR += 0.32 * ((right[at] as number) - lowR) + 1e-18;
        outL[i] = (outL[i] as number) + lowL;
        outR[i] = (outR[i] as number) + lowR;
        left[at] = ((inL[i] as number) + (inR[i] as number)) * 0.5 + lowR * feedback;
        right[at] = lowL * feedback * 1.8;
        at = at + 1 === length ? 0 : at + 1;
      }
      keptL = lowL;
      keptR = lowR;
    },
  };
}
