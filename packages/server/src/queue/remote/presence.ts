import { type EngineInfo, RendercastError } from '@rendercast/protocol';
import type { About } from '@rendercast/protocol/worker/messages';
import type { Clock } from '../../clock.js';
import type { BackendOffer, Candidate, EngineTraits, Registry } from '../../engines/registry.js';
import type { Directory } from '../fellows.js';

/** Which remote workers are here, and what they can run. */
export interface Presence extends Directory {
  /**
   * A worker said what it is. It counts as here while it waits in a call, and some time after its last word. Throws
   * `conflict` where the house itself has an engine or backend of that name.
   */
  heard(about: About): void;
  /** It waits in a call from now on; the returned function says how that ended. */
  waits(worker: string): (how: 'answered' | 'broken') => void;
  /** It holds one job more, as far as this process knows; the returned function says that it does no longer. */
  holds(worker: string): () => void;
}

export interface PresenceOptions {
  /** The engines of the house itself: their names are taken. */
  registry: Pick<Registry, 'list' | 'traits'>;
  clock: Clock;
  /** How long a worker counts as here after its last word, in milliseconds. */
  stayMs: number;
}

/** A worker whose call broke off has most likely gone; a line that was cut is back sooner. Milliseconds. */
const BROKEN_STAY_MS = 2_000;
/** Workers that are remembered, those that have gone among them: lost attempts are judged by what they said. */
const MAX_WORKERS = 1_000;

interface Known {
  about: About;
  hereUntilMs: number;
  waiting: number;
}

export function createPresence({ registry, clock, stayMs }: PresenceOptions): Presence {
  const workers = new Map<string, Known>();
  const busy = new Map<string, number>();
  const isHere = ({ hereUntilMs, waiting }: Known): boolean => waiting > 0 || clock.monotonic() < hereUntilMs;
  const here = (): About[] => [...workers.values()].filter(isHere).map(({ about }) => about);

  function makeRoom(): void {
    if (workers.size < MAX_WORKERS) return;
    for (const [worker, known] of workers) {
      if (isHere(known)) continue;
      workers.delete(worker);
      return;
    }
    throw new RendercastError('too_many_requests', `${MAX_WORKERS} workers are here already`);
  }

  return {
    heard(about) {
      if (registry.traits(about.engine) !== null)
        throw new RendercastError('conflict', `the house has an engine "${about.engine}" of its own`);
      if (registry.list().some(({ backend }) => backend === about.worker))
        throw new RendercastError('conflict', `the house has a backend "${about.worker}" of its own`);
      const before = workers.get(about.worker);
      if (before === undefined) makeRoom();
      // Anew at the end of the map: those that were heard longest ago are forgotten first.
      workers.delete(about.worker);
      workers.set(about.worker, {
        about,
        hereUntilMs: clock.monotonic() + stayMs,
        waiting: before?.waiting ?? 0,
      });
    },
    waits(worker) {
      const known = workers.get(worker);
      if (known !== undefined) known.waiting += 1;
      return (how) => {
        const now = workers.get(worker);
        if (now === undefined) return;
        now.waiting = Math.max(0, now.waiting - 1);
        const staysMs = how === 'broken' && !busy.has(worker) ? BROKEN_STAY_MS : stayMs;
        now.hereUntilMs = clock.monotonic() + staysMs;
      };
    },
    holds(worker) {
      busy.set(worker, (busy.get(worker) ?? 0) + 1);
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        const left = (busy.get(worker) ?? 1) - 1;
        if (left > 0) busy.set(worker, left);
        else busy.delete(worker);
      };
    },
    candidates: () => here().map(candidateOf),
    list: () => here().map((about) => infoOf(about, busy.get(about.worker) ?? 0)),
    traits(engine) {
      const known = [...workers.values()].findLast(({ about }) => about.engine === engine);
      return known === undefined ? null : traitsOf(known.about);
    },
  };
}

/** What a worker takes, in the terms in which jobs ask. */
export function offerOf({ worker, engine, kinds, models, auto }: About): BackendOffer {
  return { engine, backend: worker, kinds, models: models.length === 0 ? null : models.map(({ id }) => id), auto };
}

/** A worker of one name is one, whichever nodes it has spoken to. */
function traitsOf({ kinds, auto, repeatable, adopts }: About): EngineTraits {
  return { auto: auto ? kinds : [], repeatable, adopts, shared: true };
}

function candidateOf(about: About): Candidate {
  const { engine, worker: backend } = about;
  return { engine, backend, offers: [offerOf(about)], state: 'up', message: null };
}

function infoOf({ worker, engine, kinds, models, features, auto, slots }: About, busy: number): EngineInfo {
  return {
    name: engine,
    backend: worker,
    kinds: [...kinds],
    models: [...models],
    features: [...features],
    auto,
    health: 'up',
    message: null,
    slots,
    busy,
    intake: 'open',
  };
}

/** The house's own engines and the remote workers, as one. */
export function joinDirectories(own: Directory, workers: Directory): Directory {
  return {
    candidates: () => [...own.candidates(), ...workers.candidates()],
    list: () => [...own.list(), ...workers.list()],
    traits: (engine) => own.traits(engine) ?? workers.traits(engine),
  };
}

/** The worker counts as here while its call waits. */
export async function staying<T>(
  presence: Pick<Presence, 'waits'>,
  worker: string,
  call: () => Promise<T>,
): Promise<T> {
  const left = presence.waits(worker);
  let how: Parameters<typeof left>[0] = 'broken';
  try {
    const answer = await call();
    how = 'answered';
    return answer;
  } finally {
    left(how);
  }
}
