import type { EngineInfo } from '@rendercast/protocol';
import type { Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import { type Backend, candidateOf, infoOf, offersOf, slotsOf, stateOf } from './backend.js';
import { type BreakerState, createBreaker } from './breaker.js';
import type { Capabilities, Engine } from './engine.js';
import { createProbe, type Probe } from './probe.js';
import type { BackendOffer, Candidate, EngineTraits } from './traits.js';

export type { BackendOffer, Candidate, EngineTraits };

/** One taken slot of a backend. */
export interface Slot {
  engine: Engine;
  traits: EngineTraits;
  /** Whether contact with the backend held while it was at work: losses in a row keep jobs from it for a while. */
  judge(contact: 'held' | 'lost'): void;
  /** Gives the slot back; a second call does nothing. */
  release(): void;
}

/** How contact with one backend is. */
export interface Contact {
  engine: string;
  backend: string;
  breaker: BreakerState;
  /** Jobs during which contact was lost, since the start. */
  losses: number;
  /** How long its last answer about itself took, in milliseconds; null: there was none. */
  answeredInMs: number | null;
}

export interface Registry {
  /** Registers a backend under its name and asks what it can do. Throws when the name is taken. */
  add(engine: Engine, traits: EngineTraits): Promise<void>;
  /** What can be claimed for now: backends that are up and have a free slot, the idlest first. */
  offers(): BackendOffer[];
  /** Free slots of a backend. */
  free(backend: string): number;
  /** All backends, for telling a waiting job why it waits. */
  candidates(): Candidate[];
  /** Takes a slot for a job that asks for this model (null: for none); null when none is free any more. */
  acquire(backend: string, model?: string | null): Slot | null;
  /** Traits by the engine's name; null for an engine that is not here. */
  traits(engine: string): EngineTraits | null;
  /** A backend of this engine (`auto`: any) that makes plans from words; null: none does. */
  planner(engine: string): Engine | null;
  list(): EngineInfo[];
  /** Asks every backend anew what it can do and how it is. */
  refresh(): Promise<void>;
  /** Asks those whose turn it is, each at its own pace, never while an earlier question is unanswered. Waits for none. */
  probe(): void;
  /** How contact with the backends is. */
  contacts(): Contact[];
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

/** Before it was asked for the first time. */
const UNKNOWN: Capabilities = { kinds: [], models: [], features: [], slots: 0, health: 'unknown', message: null };
const PROBE_EVERY_MS = 5_000;

interface Member extends Backend {
  probe: Probe;
}

/** Keeps the engines of this process: who they are, how they are, and how many slots are taken. */
export function createRegistry({ clock, logger, answerMs = 3_000 }: RegistryOptions): Registry {
  const members = new Map<string, Member>();
  const listeners = new Set<() => void>();
  const tellFree = () => {
    for (const listener of listeners) listener();
  };

  async function ask(member: Member): Promise<void> {
    const before = stateOf(member);
    try {
      member.capabilities = await member.probe.ask();
      if (member.capabilities.health !== 'down') member.breaker.answered();
    } catch (thrown) {
      if (before !== 'down') logger.warn({ err: thrown, backend: member.engine.backend }, 'a backend does not answer');
      member.capabilities = { ...member.capabilities, health: 'down', message: 'It does not answer.' };
    }
    if (before !== 'up' && stateOf(member) === 'up') tellFree();
  }

  function judge(member: Member, contact: 'held' | 'lost'): void {
    if (contact === 'held') return member.breaker.worked();
    member.breaker.lost();
    if (member.breaker.state() === 'open')
      logger.warn(
        { backend: member.engine.backend },
        'contact with a backend was lost again and again; it is left alone',
      );
    // Whether it is down is better known before the job is tried again.
    void ask(member);
  }

  return {
    async add(engine, traits) {
      if (members.has(engine.backend)) throw new Error(`two backends are named "${engine.backend}"`);
      const everyMs = traits.probeEveryMs ?? PROBE_EVERY_MS;
      const probe = createProbe({ engine, clock, answerMs, everyMs });
      const breaker = createBreaker({ clock });
      const member = { engine, traits, capabilities: UNKNOWN, breaker, probe, busy: 0, lastModel: null };
      members.set(engine.backend, member);
      await ask(member);
    },
    offers: () =>
      [...members.values()]
        .filter((member) => stateOf(member) === 'up' && member.busy < slotsOf(member))
        .sort((left, right) => left.busy / slotsOf(left) - right.busy / slotsOf(right))
        .flatMap(offersOf),
    free(name) {
      const member = members.get(name);
      return member === undefined ? 0 : Math.max(0, slotsOf(member) - member.busy);
    },
    candidates: () => [...members.values()].map(candidateOf),
    acquire(name, model = null) {
      const member = members.get(name);
      if (member === undefined || member.busy >= slotsOf(member)) return null;
      member.busy++;
      member.lastModel = model ?? member.lastModel;
      let held = true;
      const release = () => {
        if (!held) return;
        held = false;
        member.busy--;
        tellFree();
      };
      return { engine: member.engine, traits: member.traits, judge: (contact) => judge(member, contact), release };
    },
    traits: (engine) => [...members.values()].find((member) => member.engine.name === engine)?.traits ?? null,
    planner: (engine) =>
      [...members.values()].find(
        (member) =>
          member.engine.plan !== undefined &&
          stateOf(member) !== 'down' &&
          (engine === 'auto' ? member.traits.auto.includes('music') : member.engine.name === engine),
      )?.engine ?? null,
    list: () => [...members.values()].map(infoOf),
    async refresh() {
      await Promise.all([...members.values()].map(ask));
    },
    probe() {
      for (const member of members.values()) if (member.probe.isDue()) void ask(member);
    },
    contacts: () =>
      [...members.values()].map(({ engine, breaker, probe }) => ({
        engine: engine.name,
        backend: engine.backend,
        breaker: breaker.state(),
        losses: breaker.losses(),
        answeredInMs: probe.tookMs(),
      })),
    onFree(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      listeners.clear();
      await Promise.all([...members.values()].map(({ engine }) => engine.close()));
    },
  };
}
