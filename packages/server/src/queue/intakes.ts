import type { EngineInfo, Intake } from '@rendercast/protocol';
import type { Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import { ALL_BACKENDS, intakeOf, type Intakes as Ordered, type Store } from '../stores/store.js';
import { every } from './every.js';
import type { Directory } from './fellows.js';

/** What operators ordered of backends, as this process knows it. The store itself keeps what is closed from being claimed for. */
export interface Intakes {
  of(backend: string): Intake;
  /** Orders it of one backend, or with null of all; from then on no node claims otherwise. */
  set(backend: string | null, intake: Intake): Promise<void>;
  /** Looks what was ordered elsewhere, or before a restart. */
  refresh(): Promise<void>;
  /** Calls back after anything has changed. */
  onChange(listener: () => void): () => void;
  /** Looks once and then again and again. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface IntakesOptions {
  store: Pick<Store, 'intakes' | 'setIntake'>;
  clock: Clock;
  logger: Logger;
  /** Time between looks, in milliseconds. Default: 500, so that whoever waits is told within a second. */
  everyMs?: number;
}

/** Keeps a copy of the store's word on what backends take. */
export function createIntakes({ store, clock, logger, everyMs = 500 }: IntakesOptions): Intakes {
  const listeners = new Set<() => void>();
  let ordered: Ordered = new Map();
  let text = '[]';
  let stop = async (): Promise<void> => undefined;

  async function refresh(): Promise<void> {
    const now = await store.intakes();
    const nowText = JSON.stringify([...now].sort(([left], [right]) => (left < right ? -1 : 1)));
    ordered = now;
    if (nowText === text) return;
    text = nowText;
    for (const listener of listeners) listener();
  }

  return {
    of: (backend) => intakeOf(ordered, backend),
    async set(backend, intake) {
      await store.setIntake(backend ?? ALL_BACKENDS, intake);
      logger.info({ backend, intake }, 'an operator ordered what backends take');
      await refresh();
    },
    refresh,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async start() {
      await refresh();
      stop = every(clock, everyMs, refresh, (thrown) =>
        logger.warn({ err: thrown }, 'what operators ordered of backends is not known now'),
      );
    },
    async close() {
      listeners.clear();
      await stop();
    },
  };
}

const WORDS: Readonly<Record<Exclude<Intake, 'open'>, string>> = {
  paused: 'Paused by an operator.',
  draining: 'Being drained by an operator.',
};

/** The same directory with what operators ordered: backends that take nothing are shown so, wherever they are. */
export function withIntakes(directory: Directory, intakes: Pick<Intakes, 'of'>): Directory {
  return {
    traits: directory.traits,
    candidates: () =>
      directory
        .candidates()
        .map((each) => (intakes.of(each.backend) === 'open' ? each : { ...each, state: 'paused' as const })),
    list: () =>
      directory.list().map((each): EngineInfo => {
        const intake = intakes.of(each.backend);
        return intake === 'open' ? { ...each, intake } : { ...each, intake, message: WORDS[intake] };
      }),
  };
}
