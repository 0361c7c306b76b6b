import { type EngineInfo, engineInfoSchema } from '@rendercast/protocol';
import * as z from 'zod';
import type { Clock } from '../clock.js';
import type { Candidate, EngineTraits, Registry } from '../engines/registry.js';
import type { Logger } from '../logger.js';
import type { NodeWord, Roster } from '../stores/roster.js';
import { every } from './every.js';

/** What can be run in this house, wherever: a registry's answers, over all its processes. */
export type Directory = Pick<Registry, 'candidates' | 'list' | 'traits'>;

/** The other processes of a house, as one of them sees them. */
export interface Fellows extends Directory {
  /** Says the first word and hears the others', then goes on by itself. */
  start(): Promise<void>;
  /** One round of saying and hearing. */
  pass(): Promise<void>;
  close(): Promise<void>;
}

export interface FellowsOptions {
  roster: Roster;
  /** What this process can have run: by its own backends, where it runs jobs, and by workers that call it. */
  own: Directory;
  /** Name of this process. */
  node: string;
  clock: Clock;
  logger: Logger;
  /** Time between rounds, in milliseconds. Default: 3,000. */
  everyMs?: number;
}

/** A node that has missed so many rounds is gone. */
const MISSED_ROUNDS = 4;

const kinds = engineInfoSchema.shape.kinds;
/** A backend as its node tells of it: an old reader passes over what a newer writer adds. */
const backendSchema = z.object({
  info: engineInfoSchema,
  candidate: z.object({
    engine: z.string(),
    backend: z.string(),
    offers: z.array(
      z.object({
        engine: z.string(),
        backend: z.string(),
        kinds,
        models: z.array(z.string()).nullable(),
        auto: z.boolean(),
      }),
    ),
    state: z.enum(['up', 'down', 'paused']),
    message: z.string().nullable(),
  }),
  traits: z.object({
    auto: kinds,
    repeatable: z.boolean(),
    adopts: z.boolean().default(false),
    shared: z.boolean().default(false),
  }),
});
const wordSchema = z.object({ backends: z.array(backendSchema) });
type Backend = z.output<typeof backendSchema>;

/**
 * Tells the other processes what this one can run, and learns from them what they can. What nobody could be asked for
 * stands as it was last heard.
 */
export function createFellows(options: FellowsOptions): Fellows {
  const { roster, own, node, clock, logger, everyMs = 3_000 } = options;
  /** Backends of nodes that are here, and of those that were: a lost attempt is judged by its engine's traits. */
  let here: Backend[] = [];
  let known: Backend[] = [];
  let stop = async (): Promise<void> => undefined;

  async function pass(): Promise<void> {
    await roster.announce(node, { backends: ownBackends(own) }, everyMs * MISSED_ROUNDS);
    const others = (await roster.nodes()).filter((each) => each.node !== node);
    here = others.filter((each) => each.here).flatMap(backendsIn);
    known = others.flatMap(backendsIn);
  }

  const present = (): Backend[] => [...ownBackends(own), ...here];

  return {
    async start() {
      await pass();
      stop = every(clock, everyMs, pass, (thrown) =>
        logger.warn({ err: thrown }, 'what the other processes can run is not known now'),
      );
    },
    pass,
    candidates: () =>
      merged(
        present().map(({ candidate }) => candidate),
        mergeCandidates,
      ),
    list: () =>
      merged(
        present().map(({ info, traits }) => ({ ...info, shared: traits.shared })),
        mergeInfos,
      ).map(({ shared: _shared, ...info }) => info),
    traits: (engine) => own.traits(engine) ?? known.find(({ info }) => info.name === engine)?.traits ?? null,
    async close() {
      await stop();
      await roster.leave(node).catch((thrown: unknown) => logger.warn({ err: thrown }, 'the goodbye was not heard'));
    },
  };
}

function ownBackends(own: Directory): Backend[] {
  const infos = own.list();
  return own.candidates().flatMap((candidate): Backend[] => {
    const info = infos.find(({ backend }) => backend === candidate.backend);
    const traits: EngineTraits | null = own.traits(candidate.engine);
    return info === undefined || traits === null ? [] : [backendSchema.parse({ info, candidate, traits })];
  });
}

function backendsIn({ word }: NodeWord): Backend[] {
  const read = wordSchema.safeParse(word);
  return read.success ? read.data.backends : [];
}

/** Backends of one name are one to the caller, wherever they run. */
function merged<T extends { backend: string }>(all: readonly T[], merge: (left: T, right: T) => T): T[] {
  const byName = new Map<string, T>();
  for (const each of all) {
    const before = byName.get(each.backend);
    byName.set(each.backend, before === undefined ? each : merge(before, each));
  }
  return [...byName.values()];
}

function mergeCandidates(left: Candidate, right: Candidate): Candidate {
  const better = RANK[right.state] < RANK[left.state] ? right : left;
  return { ...better, offers: [...left.offers, ...right.offers] };
}

const RANK = { up: 0, paused: 1, down: 2 } as const;

interface SharedInfo extends EngineInfo {
  shared: boolean;
}

function mergeInfos(left: SharedInfo, right: SharedInfo): SharedInfo {
  const isOne = left.shared && right.shared;
  const slots = isOne ? Math.max(left.slots, right.slots) : left.slots + right.slots;
  const better = left.health !== 'up' && right.health === 'up' ? right : left;
  const models = new Map([...left.models, ...right.models].map((model) => [model.id, model]));
  return {
    ...better,
    kinds: [...new Set([...left.kinds, ...right.kinds])],
    models: [...models.values()],
    features: [...new Set([...left.features, ...right.features])],
    slots,
    // A worker that speaks to several nodes is counted by each.
    busy: isOne ? Math.min(slots, left.busy + right.busy) : left.busy + right.busy,
  };
}
