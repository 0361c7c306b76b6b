import type { Part } from '../compose/score.js';

/** How a part stands in the mix. */
export interface PartMix {
  gain: number;
  /** -1 left to 1 right. */
  pan: number;
  /** How far notes spread to the sides by their pitch, low ones left: share per octave from middle C. */
  spread: number;
  /** Shares that go to the room and to the echo. */
  room: number;
  echo: number;
  /** How much of the song's ducking it takes. */
  duck: number;
  /** Below this frequency the part is thinned out, to leave room for bass and kick. */
  lowCutHz: number;
}

export const PART_MIX: Readonly<Record<Part, PartMix>> = {
  bass: { gain: 0.72, pan: 0, spread: 0, room: 0.02, echo: 0, duck: 0.55, lowCutHz: 32 },
  comp: { gain: 0.62, pan: -0.1, spread: 0.5, room: 0.2, echo: 0.06, duck: 0.7, lowCutHz: 140 },
  second: { gain: 0.46, pan: 0.34, spread: 0.3, room: 0.2, echo: 0.05, duck: 0.6, lowCutHz: 180 },
  pad: { gain: 0.62, pan: 0, spread: 0.35, room: 0.34, echo: 0, duck: 1, lowCutHz: 170 },
  arp: { gain: 0.4, pan: 0.3, spread: 0.3, room: 0.25, echo: 0.3, duck: 0.6, lowCutHz: 220 },
  lead: { gain: 0.72, pan: 0.1, spread: 0.12, room: 0.26, echo: 0.2, duck: 0.25, lowCutHz: 160 },
  counter: { gain: 0.5, pan: -0.28, spread: 0.12, room: 0.3, echo: 0.14, duck: 0.4, lowCutHz: 170 },
  voice: { gain: 0.85, pan: 0, spread: 0, room: 0.34, echo: 0.16, duck: 0.15, lowCutHz: 150 },
};
