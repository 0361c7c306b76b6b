import { setTimeout as sleep } from 'node:timers/promises';
import type { ReaderCommands } from '../load/reader.js';
import type { Child } from '../processes/child.js';
import type { Usage } from '../processes/usage.js';

/** A server with its readers, of whatever make. */
export interface Contender<U extends Pick<Usage, 'cpuUs'> = Usage> {
  name: string;
  server: {
    beat(perSecond: number): Promise<unknown>;
    still(): Promise<number>;
    usage(): Promise<U>;
  };
  readers: Child<ReaderCommands>;
  /** Messages that each report becomes: the sockets that follow it. */
  fanOut: number;
  close(): Promise<void>;
}

/** What one window showed. */
export interface Window<U extends Pick<Usage, 'cpuUs'> = Usage> {
  perSecond: number;
  /** Part of what was reported that arrived, over the whole run and its end: merged reports do not arrive. */
  delivered: number;
  deliveriesPerSecond: number;
  deliveriesPerCpuSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Part of a core that the server and the load generator took. */
  serverShare: number;
  loadShare: number;
  /** Messages that arrived between `from` and `to`. */
  messages: number;
  from: U;
  to: U;
}

/** Nothing has come for this long: what was under way has arrived. */
const QUIET_MS = 300;
const DRAIN_MS = 6_000;

/** Reports at a rate for a while, and measures the second part of it. */
export async function measureWindow<U extends Pick<Usage, 'cpuUs'>>(
  contender: Contender<U>,
  rate: { perSecond: number; windowS: number; warmS: number },
): Promise<Window<U>> {
  const { server, readers, fanOut } = contender;
  await readers.call('begin');
  await server.beat(rate.perSecond);
  await sleep(rate.warmS * 1_000);
  const before = await server.usage();
  await readers.call('mark');
  await sleep(rate.windowS * 1_000);
  const [after, tally] = await Promise.all([server.usage(), readers.call('read')]);
  await readers.call('unmark');
  const sent = await server.still();
  const total = await drained(readers);
  const cpuS = (after.cpuUs - before.cpuUs) / 1e6;
  return {
    perSecond: rate.perSecond,
    delivered: total / (sent * fanOut),
    deliveriesPerSecond: tally.messages / tally.seconds,
    deliveriesPerCpuSecond: tally.messages / cpuS,
    p50Ms: tally.delays.p50Ms,
    p99Ms: tally.delays.p99Ms,
    serverShare: cpuS / tally.seconds,
    loadShare: tally.cpuShare,
    messages: tally.messages,
    from: before,
    to: after,
  };
}

async function drained(readers: Child<ReaderCommands>): Promise<number> {
  const deadline = Date.now() + DRAIN_MS;
  let total = (await readers.call('read')).total;
  for (;;) {
    await sleep(QUIET_MS);
    const now = (await readers.call('read')).total;
    if (now === total || Date.now() > deadline) return now;
    total = now;
  }
}
