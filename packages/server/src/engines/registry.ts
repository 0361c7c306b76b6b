import type { EngineInfo, JobKind } from '@rendercast/protocol';
import { type Clock, sleep } from '../clock.js';
import type { Logger } from '../logger.js';
import type { Capabilities, Engine } from './engine.js';

/** What the house must know of an engine beside its port. */
export interface EngineTraits {
  /** Kinds for which it takes jobs that ask for `auto`. */
  auto: readonly JobKind[];
  /** Whether an attempt that was lost may simply be run again; false where that would be paid twice. */
  repeatable: boolean;
  /** For what is not repeatable: whether it can find lost work again by its saved handle. Default: false. */
  adopts?: boolean;
  /**
   * Whether a backend of this name is one and the same for all processes of the house (a server somewhere), so that its
   * slots are counted over all of them. Default: false, each process has its own.
   */
  shared?: boolean;
}

/** What one backend would take now, in the terms in which jobs ask. */
export interface BackendOffer {
  engine: string;
  backend: string;
  kinds: readonly JobKind[];
  /** Models it has; null: any. */
  models: readonly string[] | null;
  auto: boolean;
  /** Of a backend that is shared: most jobs at once, over all processes. Absent: it is this process's own. */
  slots?: number;
}

/** A backend as routing sees it. */
export interface Candidate {
  engine: string;
  backend: string;
  offers: readonly BackendOffer[];
  state: 'up' | 'down' | 'paused';
  /** Words for people about its health. */
  message: string | null;
}

/** One taken slot of a backend. */
export interface Slot {
  engine: Engine;
  traits: EngineTraits;
  /** Gives the slot back; a second call does nothing. */
  release(): void;
}

export interface Registry {
  /** Registers a backend under its name and asks what it can do. Throws when the name is taken. */
  add(engine: Engine, traits: EngineTraits): Promise<void>;
  /** What can be claimed for now: backends that are up and have a free slot. */
  offers(): BackendOffer[];
  /** All backends, for telling a waiting job why it waits. */
  candidates(): Candidate[];
  /** Takes a slot; null when none is free any more. */
  acquire(backend: string): Slot | null;
  /** Traits by the engine's name; null for an engine that is not here. */
  traits(engine: string): EngineTraits | null;
  /** A backend of this engine (`auto`: any) that makes plans from words; null: none does. */
  planner(engine: string): Engine | null;
  list(): EngineInfo[];
  /** Asks every backend anew what it can do and how it is. */
  refresh(): Promise<void>;
  /** Calls back when something may have become free to claim for. */
  onFree(listener: () => void): () => void;
  close(): Promise<void>;
}

export interface RegistryOptions {
  clock: Clock;
  logger: Logger;
  /** Longest wait for a backend's answer about itself, in milliseconds. Default: 3,000; then it counts as down. */
  answerMs?: number;
}

interface Backend {
  engine: Engine;
  traits: EngineTraits;
  capabilities: Capabilities;
  busy: number;
}

const UNKNOWN: Capabilities = { kinds: [], models: [], features: [], slots: 0, health: 'unknown', message: null };

/** Keeps the engines of this process: who they are, how they are, and how many slots are taken. */
export function createRegistry({ clock, logger, answerMs = 3_000 }: RegistryOptions): Registry {
  const backends = new Map<string, Backend>();
  const listeners = new Set<() => void>();
  const tellFree = () => {
    for (const listener of listeners) listener();
  };

  async function ask(backend: Backend): Promise<void> {
    const before = stateOf(backend);
    backend.capabilities = await capabilitiesOf(backend, clock, answerMs).catch((cause: unknown) => {
      if (before !== 'down') logger.warn({ err: cause, backend: backend.engine.backend }, 'a backend does not answer');
      return { ...backend.capabilities, health: 'down' as const, message: 'It does not answer.' };
    });
    if (before !== 'up' && stateOf(backend) === 'up') tellFree();
  }

  return {
    async add(engine, traits) {
      if (backends.has(engine.backend)) throw new Error(`two backends are named "${engine.backend}"`);
      const backend: Backend = { engine, traits, capabilities: UNKNOWN, busy: 0 };
      backends.set(engine.backend, backend);
      await ask(backend);
    },
    offers: () =>
      [...backends.values()]
        .filter((backend) => stateOf(backend) === 'up' && backend.busy < backend.capabilities.slots)
        .flatMap(offersOf),
    candidates: () =>
      [...backends.values()].map((backend) => ({
        engine: backend.engine.name,
        backend: backend.engine.backend,
        offers: offersOf(backend),
        state: stateOf(backend),
        message: backend.capabilities.message,
      })),
    acquire(name) {
      const backend = backends.get(name);
      if (backend === undefined || backend.busy >= backend.capabilities.slots) return null;
      backend.busy++;
      let held = true;
      const release = () => {
        if (!held) return;
        held = false;
        backend.busy--;
        tellFree();
      };
      return { engine: backend.engine, traits: backend.traits, release };
    },
    traits: (engine) => [...backends.values()].find((backend) => backend.engine.name === engine)?.traits ?? null,
    planner: (engine) =>
      [...backends.values()].find(
        (backend) =>
          backend.engine.plan !== undefined &&
          stateOf(backend) !== 'down' &&
          (engine === 'auto' ? backend.traits.auto.includes('music') : backend.engine.name === engine),
      )?.engine ?? null,
    list: () => [...backends.values()].map(infoOf),
    async refresh() {
      await Promise.all([...backends.values()].map(ask));
    },
    onFree(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      listeners.clear();
      await Promise.all([...backends.values()].map(({ engine }) => engine.close()));
    },
  };
}

async function capabilitiesOf({ engine }: Backend, clock: Clock, answerMs: number): Promise<Capabilities> {
  const answered = new AbortController();
  const late = sleep(clock, answerMs, answered.signal).then(() => {
    throw new Error(`no answer within ${answerMs} ms`);
  });
  late.catch(() => undefined); // taken back below: its rejection is no news then
  try {
    return await Promise.race([engine.capabilities(), late]);
  } finally {
    answered.abort();
  }
}

function stateOf({ capabilities }: Backend): Candidate['state'] {
  return capabilities.health === 'down' || capabilities.slots === 0 ? 'down' : 'up';
}

/** One offer per backend, or two where `auto` is taken for some kinds only. */
function offersOf({ engine, traits, capabilities }: Backend): BackendOffer[] {
  const models = capabilities.models.length === 0 ? null : capabilities.models.map((model) => model.id);
  const shared = traits.shared === true ? { slots: capabilities.slots } : {};
  const offer = (kinds: readonly JobKind[], auto: boolean): BackendOffer[] =>
    kinds.length === 0 ? [] : [{ engine: engine.name, backend: engine.backend, kinds, models, auto, ...shared }];
  return [
    ...offer(
      capabilities.kinds.filter((kind) => traits.auto.includes(kind)),
      true,
    ),
    ...offer(
      capabilities.kinds.filter((kind) => !traits.auto.includes(kind)),
      false,
    ),
  ];
}

function infoOf({ engine, traits, capabilities, busy }: Backend): EngineInfo {
  return {
    name: engine.name,
    backend: engine.backend,
    kinds: [...capabilities.kinds],
    models: [...capabilities.models],
    features: [...capabilities.features],
    auto: traits.auto.length > 0,
    health: capabilities.health,
    message: capabilities.message,
    slots: capabilities.slots,
    busy,
    intake: 'open',
  };
}
