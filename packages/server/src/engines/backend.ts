import type { EngineInfo, JobKind } from '@rendercast/protocol';
import { isoTime } from '../clock.js';
import type { Breaker } from './breaker.js';
import type { Capabilities, Engine } from './engine.js';
import type { BackendOffer, Candidate, EngineTraits } from './traits.js';

/** One backend of this process, with what is known of it. */
export interface Backend {
  engine: Engine;
  traits: EngineTraits;
  /** As it was told last. */
  capabilities: Capabilities;
  breaker: Breaker;
  busy: number;
  /** The model that ran there last, most likely still loaded; null: unknown. */
  lastModel: string | null;
}

/** Whether anything can run there. */
export function stateOf({ capabilities, breaker }: Backend): 'up' | 'down' {
  return capabilities.health === 'down' || capabilities.slots === 0 || breaker.state() === 'open' ? 'down' : 'up';
}

/** Jobs at once: what the configuration says, else the engine; one while it is on trial. */
export function slotsOf({ capabilities, breaker, traits }: Backend): number {
  const slots = capabilities.slots === 0 ? 0 : (traits.slots ?? capabilities.slots);
  return breaker.state() === 'trial' ? Math.min(1, slots) : slots;
}

/** One offer per backend, or two where `auto` is taken for some kinds only. */
export function offersOf(backend: Backend): BackendOffer[] {
  const { engine, traits, capabilities, lastModel } = backend;
  const models = capabilities.models.length === 0 ? null : capabilities.models.map((model) => model.id);
  const shared = traits.shared === true ? { slots: slotsOf(backend) } : {};
  const warm = lastModel === null ? {} : { warm: lastModel };
  const offer = (kinds: readonly JobKind[], auto: boolean): BackendOffer[] =>
    kinds.length === 0
      ? []
      : [{ engine: engine.name, backend: engine.backend, kinds, models, auto, ...shared, ...warm }];
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

/** A backend as routing sees it. What is loaded there now changes with every job and is nobody's business there. */
export function candidateOf(backend: Backend): Candidate {
  const { name, backend: own } = backend.engine;
  const offers = offersOf({ ...backend, lastModel: null });
  return { engine: name, backend: own, offers, state: stateOf(backend), message: messageOf(backend) };
}

/** A backend as callers see it. */
export function infoOf(backend: Backend): EngineInfo {
  const { engine, traits, capabilities, busy, breaker } = backend;
  return {
    name: engine.name,
    backend: engine.backend,
    kinds: [...capabilities.kinds],
    models: [...capabilities.models],
    features: [...capabilities.features],
    auto: traits.auto.length > 0,
    health: breaker.state() === 'open' ? 'down' : capabilities.health,
    message: messageOf(backend),
    slots: capabilities.slots === 0 ? 0 : (traits.slots ?? capabilities.slots),
    busy,
    intake: 'open',
  };
}

function messageOf({ capabilities, breaker }: Backend): string | null {
  if (capabilities.health === 'down') return capabilities.message;
  const untilMs = breaker.untilMs();
  if (untilMs !== null) return `Contact was lost during several jobs; it is tried again after ${isoTime(untilMs)}.`;
  return breaker.state() === 'trial' ? 'On trial after contact was lost: one job at a time.' : capabilities.message;
}
