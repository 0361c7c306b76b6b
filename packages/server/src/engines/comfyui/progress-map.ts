import type { Graph } from './wire.js';

/** How far a prompt is, over all of its nodes. */
export interface Reading {
  fraction: number;
  /** Steps of all samplers together; absent where none is known to count. */
  step?: number;
  steps?: number;
}

/** The node that works now. */
export interface NodeStage {
  stage: string;
  index: number;
  count: number;
  steps?: number;
}

/** Folds what the server says of single nodes into one figure that never falls. The same news twice changes nothing. */
export interface ProgressMap {
  /** These nodes need not run. */
  cached(nodes: readonly string[]): void;
  /** A node begins; the one before is done. False: it was known, or it is none of the graph's. */
  enter(node: string): boolean;
  /** A node says how far it is. */
  at(node: string, value: number, max: number): void;
  done(node: string): void;
  reading(): Reading;
  stage(): NodeStage | null;
  /** Whether some of the work was saved by an earlier prompt. */
  hasCached(): boolean;
}

interface NodeState {
  title: string;
  /** Steps that its inputs announce; 0: none. */
  announced: number;
  max: number;
  value: number;
  isCached: boolean;
  isDone: boolean;
  order: number;
}

/** What a node without steps counts, in steps: loading and decoding take time, sampling takes most. */
const QUIET_WEIGHT = 0.5;
/** A node may count thousands of tiny things (tiles, bytes); beyond this it weighs no more. */
const MAX_WEIGHT = 100;
/** The last hundredth is for fetching and storing what came out. */
const MADE = 0.99;

export function createProgressMap(graph: Graph): ProgressMap {
  const nodes = new Map(
    Object.entries(graph).map(([id, node]): [string, NodeState] => {
      const { steps } = node.inputs;
      const announced = typeof steps === 'number' && Number.isInteger(steps) && steps > 0 ? steps : 0;
      const title = (node._meta?.title ?? node.class_type).slice(0, 64);
      return [id, { title, announced, max: 0, value: 0, isCached: false, isDone: false, order: 0 }];
    }),
  );
  let current: NodeState | null = null;
  let entered = 0;
  let highest = 0;

  const toRun = () => [...nodes.values()].filter(({ isCached }) => !isCached);
  /** Nodes whose steps are counted for people: samplers, or whatever counts where there is none. */
  function counting(): NodeState[] {
    const running = toRun();
    const announced = running.filter((node) => node.announced > 0);
    return announced.length > 0 ? announced : running.filter(({ max }) => max > 1);
  }
  const stepsOf = (counted: readonly NodeState[]) => counted.reduce((sum, node) => sum + totalOf(node), 0);

  return {
    cached(ids) {
      for (const id of ids) {
        const node = nodes.get(id);
        if (node !== undefined) node.isCached = true;
      }
    },
    enter(id) {
      const node = nodes.get(id);
      if (node === undefined || node === current || node.isDone) return false;
      if (current !== null) current.isDone = true;
      current = node;
      node.isCached = false;
      node.order = ++entered;
      return true;
    },
    at(id, value, max) {
      const node = nodes.get(id);
      if (node === undefined || !Number.isFinite(value) || !Number.isFinite(max) || max <= 0) return;
      node.max = Math.max(node.value, max);
      node.value = Math.max(node.value, Math.min(value, max));
    },
    done(id) {
      const node = nodes.get(id);
      if (node !== undefined) node.isDone = true;
    },
    reading() {
      const running = toRun();
      const whole = running.reduce((sum, node) => sum + weightOf(node), 0);
      const made = running.reduce((sum, node) => sum + weightOf(node) * partOf(node), 0);
      highest = Math.max(highest, whole === 0 ? 0 : Math.min(MADE, made / whole));
      const counted = counting();
      if (counted.length === 0) return { fraction: highest };
      const step = counted.reduce((sum, node) => sum + (node.isDone ? totalOf(node) : node.value), 0);
      return { fraction: highest, step, steps: stepsOf(counted) };
    },
    stage() {
      if (current === null) return null;
      const steps = stepsOf(counting());
      const count = Math.max(toRun().length, current.order);
      return { stage: current.title, index: current.order, count, ...(steps > 0 ? { steps } : {}) };
    },
    hasCached: () => [...nodes.values()].some(({ isCached, announced }) => isCached && announced > 0),
  };
}

const totalOf = ({ max, announced }: NodeState) => (max > 1 ? max : announced);

function weightOf(node: NodeState): number {
  return Math.max(QUIET_WEIGHT, Math.min(MAX_WEIGHT, Math.max(node.announced, node.max > 1 ? node.max : 0)));
}

function partOf(node: NodeState): number {
  if (node.isDone) return 1;
  return node.max === 0 ? 0 : node.value / node.max;
}
