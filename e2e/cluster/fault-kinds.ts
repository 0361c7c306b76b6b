import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultProxy } from '../chaos/proxy.js';
import type { Chance } from '../stories/chance.js';
import type { Cluster, ClusterNode } from './cluster.js';

/** One kind of bad day of a house of many machines. */
export interface FaultKind {
  name: string;
  /** Lets it happen, waits, and puts things right again where they do not come right by themselves. */
  happen(cluster: Cluster, chance: Chance): Promise<void>;
}

/** How long a claim holds in these stories: what freezes for longer has lost its work. */
export const LEASE_MS = 2_000;

/** What is wrong stays so for so long, in milliseconds. */
const WHILE = { least: 500, most: 4_000 };

/** All kinds; the first ones are those that hurt most. */
const FAULT_KINDS: readonly FaultKind[] = [
  { name: 'worker killed', happen: ({ workers }, chance) => killed(one(workers, chance)) },
  {
    name: 'PostgreSQL crashed',
    async happen({ postgres }, chance) {
      await postgres.stop('crash');
      await sleep(chance.between(0, 2_000));
      await postgres.start();
    },
  },
  {
    name: 'worker frozen past its lease',
    happen: ({ workers }, chance) => frozen(one(workers, chance), LEASE_MS + chance.between(500, 3_000)),
  },
  {
    name: 'Redis flushed',
    async happen({ redis }, chance) {
      await redis.client().flushall();
      await linger(chance);
    },
  },
  { name: 'gateway killed', happen: ({ gateways }, chance) => killed(one(gateways, chance)) },
  {
    name: 'Redis restarted',
    async happen({ redis }, chance) {
      await redis.kill();
      await sleep(chance.between(0, 2_000));
      await redis.start();
    },
  },
  { name: 'line to PostgreSQL frozen', happen: ({ nodes }, chance) => silent(one(nodes, chance).toDatabase, chance) },
  { name: 'line to Redis frozen', happen: ({ nodes }, chance) => silent(one(nodes, chance).toBus, chance) },
  {
    name: 'PostgreSQL restarted',
    async happen({ postgres }, chance) {
      await postgres.stop('fast');
      await sleep(chance.between(0, 2_000));
      await postgres.start();
    },
  },
  { name: 'node restarted gracefully', happen: ({ nodes }, chance) => restarted(one(nodes, chance)) },
  {
    name: 'S3 out of order',
    async happen({ storage }, chance) {
      await storage.manners([{ do: 'slow-down', times: chance.between(20, 200) }]);
      await linger(chance);
      await storage.manners([]);
    },
  },
  {
    name: 'gateway frozen',
    happen: ({ gateways }, chance) => frozen(one(gateways, chance), chance.between(WHILE.least, WHILE.most)),
  },
  {
    name: 'Redis frozen',
    async happen({ redis }, chance) {
      redis.pause();
      await linger(chance);
      redis.resume();
    },
  },
  { name: 'line to PostgreSQL cut', happen: ({ nodes }, chance) => cut(one(nodes, chance).toDatabase, chance) },
  { name: 'line to Redis cut', happen: ({ nodes }, chance) => cut(one(nodes, chance).toBus, chance) },
  { name: 'PostgreSQL not reached', happen: ({ nodes }, chance) => refused(one(nodes, chance).toDatabase, chance) },
  { name: 'Redis not reached', happen: ({ nodes }, chance) => refused(one(nodes, chance).toBus, chance) },
];

/** Kinds of a run of so many faults: all of them in turn, each turn but the first in an order that is drawn. */
export function drawFaults(count: number, chance: Chance, shuffleFirst: boolean): FaultKind[] {
  const drawn: FaultKind[] = [];
  while (drawn.length < count) {
    const turn = [...FAULT_KINDS];
    if (shuffleFirst || drawn.length > 0)
      for (let at = turn.length - 1; at > 0; at -= 1) {
        const [taken] = turn.splice(chance.between(0, at), 1);
        if (taken !== undefined) turn.push(taken);
      }
    drawn.push(...turn);
  }
  return drawn.slice(0, count);
}

function one(nodes: readonly ClusterNode[], chance: Chance): ClusterNode {
  const node = nodes[chance.between(0, nodes.length - 1)];
  if (node === undefined) throw new Error('a house without such nodes');
  return node;
}

const linger = (chance: Chance): Promise<void> => sleep(chance.between(WHILE.least, WHILE.most));

async function killed(node: ClusterNode): Promise<void> {
  await node.kill();
  await node.start();
}

async function restarted(node: ClusterNode): Promise<void> {
  const { code } = await node.stop(30_000);
  if (code !== 0) throw new Error(`${node.name} ended with ${code} when asked to: ${node.output.slice(-5).join('\n')}`);
  await node.start();
}

async function frozen(node: ClusterNode, forMs: number): Promise<void> {
  node.signal('SIGSTOP');
  await sleep(forMs);
  node.signal('SIGCONT');
}

/** What is connected hears nothing more, for good; what is newly connected neither, for a while. */
async function silent(line: FaultProxy, chance: Chance): Promise<void> {
  line.freeze();
  line.set({ up: { silentAfterBytes: 0 }, down: { silentAfterBytes: 0 } });
  await linger(chance);
  line.freeze(); // a stream that has lost its beginning never goes on
  line.set({});
}

async function cut(line: FaultProxy, chance: Chance): Promise<void> {
  if (chance.happens(0.5)) line.cut();
  else line.reset();
  await linger(chance);
}

async function refused(line: FaultProxy, chance: Chance): Promise<void> {
  line.set({ refuse: true });
  line.reset();
  await linger(chance);
  line.set({});
}
