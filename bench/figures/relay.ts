import { setTimeout as sleep } from 'node:timers/promises';
import type { WatchTally } from '../load/watchers.js';
import { figure, median } from '../report/statistics.js';
import type { Plan } from './plan.js';

/** Reports that reach callbacks, on a server of whatever make. */
export interface Relay {
  name: string;
  beat(perSecond: number): Promise<unknown>;
  still(): Promise<number>;
  mark(): Promise<void>;
  read(): Promise<WatchTally>;
  close(): Promise<void>;
}

/** Reports at a rate for a while, and takes the delays of the second part of it. */
export async function measureRelay(plan: Plan, relay: Relay, perSecond: number): Promise<WatchTally> {
  await relay.beat(perSecond);
  await sleep(plan.warmS * 1_000);
  await relay.mark();
  await sleep(plan.windowS * 1_000);
  const tally = await relay.read();
  await relay.still();
  plan.say(
    `  ${relay.name}: p50 ${figure(tally.delays.p50Ms)}, p99 ${figure(tally.delays.p99Ms)} ms, ${figure(tally.messages / tally.seconds)}/s, watchers ${figure(tally.cpuShare)} core`,
  );
  await sleep(300);
  return tally;
}

/** The medians of some windows. */
export interface Middle {
  p50Ms: number;
  p99Ms: number;
  /** Part of what was reported that reached a callback. */
  arrived: number;
  cpuShare: number;
}

/** `perSecond`: what should reach the callbacks each second. */
export function middleOf(tallies: readonly WatchTally[], perSecond: number): Middle {
  return {
    p50Ms: median(tallies.map(({ delays }) => delays.p50Ms)),
    p99Ms: median(tallies.map(({ delays }) => delays.p99Ms)),
    arrived: median(tallies.map(({ messages, seconds }) => messages / seconds / perSecond)),
    cpuShare: median(tallies.map(({ cpuShare }) => cpuShare)),
  };
}

/** Both delays, as the table shows them. */
export const pairOf = ({ p50Ms, p99Ms }: Middle): string => `${figure(p50Ms)} / ${figure(p99Ms)} ms`;
