import { createRandom } from '../random.js';
import type { Family } from './family.js';
import type { Part } from './score.js';

/** How a player deviates: share of the style's own deviation, share of its lateness, and unevenness of force. */
interface Hand {
  waver: number;
  late: number;
  force: number;
  /** How much stronger the first beat of a bar is than the places between the eighths. */
  accent: number;
}

const HANDS: Readonly<Record<Part | 'drums', Hand>> = {
  // Drums hold the time: they waver half as much as the players around them.
  drums: { waver: 0.5, late: 0, force: 0.03, accent: 0 },
  bass: { waver: 0.6, late: 0.25, force: 0.04, accent: 0.05 },
  comp: { waver: 1, late: 0.6, force: 0.06, accent: 0.05 },
  second: { waver: 1, late: 0.5, force: 0.06, accent: 0.06 },
  pad: { waver: 1, late: 0, force: 0.03, accent: 0 },
  arp: { waver: 0.4, late: 0, force: 0.05, accent: 0.08 },
  lead: { waver: 1.1, late: 1, force: 0.05, accent: 0.03 },
  counter: { waver: 1.1, late: 0.8, force: 0.05, accent: 0.02 },
  voice: { waver: 1.2, late: 1, force: 0.04, accent: 0.02 },
};

/** What a player does to a note that stands exactly in the score. */
export interface Touch {
  /** Milliseconds to move the note, and a factor on its force. `beatInBar` in beats from the bar's start. */
  at(beat: number, beatInBar: number): { shiftMs: number; factor: number };
}

/**
 * Makes the hands of one part in one section. A player drifts: the deviation of a note leans on that of the one before,
 * and notes on the same beat move together, as one hand plays a chord. The force swells over phrases of sixteen beats.
 */
export function createTouch(family: Family, part: Part | 'drums', seed: number, section: number): Touch {
  const hand = HANDS[part];
  const random = createRandom(seed, 'touch', part, section);
  let drift = 0;
  let lastBeat = Number.NaN;
  return {
    at(beat, beatInBar) {
      if (Math.abs(beat - lastBeat) > 0.01) drift = 0.7 * drift + 0.7 * random.normal();
      lastBeat = beat;
      const spread = 0.15 * random.normal();
      const shiftMs = (drift + spread) * family.humanMs * hand.waver + family.lateMs * hand.late;
      const onBeat =
        beatInBar < 0.02
          ? 1
          : beatInBar % 2 < 0.02
            ? 0.5
            : beatInBar % 1 < 0.02
              ? 0.1
              : beatInBar % 0.5 < 0.02
                ? -0.5
                : -1;
      const swell = 0.04 * Math.sin((Math.PI * (beat % 16)) / 16);
      const factor = 1 + hand.accent * onBeat + swell + hand.force * random.normal();
      return { shiftMs, factor };
    },
  };
}

/** How late the backbeat lies where the style leans back, in milliseconds. */
export function backbeatLateMs(family: Family, sound: string): number {
  return sound === 'snare' || sound === 'clap' || sound === 'rim' ? 0.5 * family.lateMs : 0;
}
