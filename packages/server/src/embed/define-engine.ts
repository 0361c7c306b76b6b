import type { Job, JobKind } from '@rendercast/protocol';
import type { Capabilities, Engine, EngineContext, Work } from '../engines/engine.js';
import type { OwnEngine } from '../server.js';

/** What `run` works with: the house's context, and which attempt this is. */
export interface RunContext extends EngineContext {
  /** 1 for the first try. The seed is `job.seed` on every one. */
  attempt: number;
  /** What an earlier attempt kept with `saveHandle`, to find work again that may still run elsewhere; else null. */
  handle: Work['handle'];
}

/** An engine in a few words. */
export interface EngineDefinition {
  /** The name that jobs ask for it by. */
  name: string;
  /** What it makes. */
  kinds: readonly JobKind[];
  /**
   * Runs one job. Say `stage`, `progress` and `preview` as they really happen, hand each result to `output`, and stop soon
   * once `context.signal` aborts. Returning means success; throw an `EngineError` to say whether trying again makes
   * sense. Anything else that is thrown counts as a failure that may be tried again, and its text goes to the log only.
   */
  run(job: Job, context: RunContext): Promise<void>;
  /** Name of this instance, where there are several of one engine. Default: the engine's name. */
  backend?: string;
  /** Jobs it runs at once. Default: 1. */
  slots?: number;
  /** Models to choose from. Default: none; jobs that name one are then taken too. */
  models?: readonly { id: string; title: string }[];
  /** What it understands, for people: `negativePrompt`, `init`, `previews` … Default: nothing in particular. */
  features?: readonly string[];
  /** Whether it takes jobs that ask for `auto`; the built-in engines then leave its kinds to it. Default: true. */
  auto?: boolean;
  /** Whether an attempt that was lost may simply be run again; false where that would be paid twice. Default: true. */
  repeatable?: boolean;
  /** Where `repeatable` is false: whether it finds lost work again by its handle. Default: false. */
  adopts?: boolean;
  /**
   * Whether a backend of this name is one and the same for all processes of a house (a server somewhere): its slots are
   * then counted over all of them. Default: false, each process has its own.
   */
  shared?: boolean;
  /** How it is now, asked every few seconds. Default: always up. */
  health?(): Promise<EngineHealth> | EngineHealth;
  /** Called when the house closes. */
  close?(): Promise<void> | void;
}

/** Whether an engine can take jobs, in words where there is something to say. */
export interface EngineHealth {
  up: boolean;
  /** For people. */
  message?: string;
}

/** Makes an engine for `createRendercast({ engines: [...] })`. */
export function defineEngine(definition: EngineDefinition): OwnEngine {
  const { name, kinds, backend = name, auto = true } = definition;
  const { repeatable = true, adopts = false, shared = false } = definition;

  const capabilities = async (): Promise<Capabilities> => {
    const health = (await definition.health?.()) ?? { up: true };
    return {
      kinds,
      models: definition.models ?? [],
      features: definition.features ?? [],
      slots: definition.slots ?? 1,
      health: health.up ? 'up' : 'down',
      message: health.message ?? null,
    };
  };
  const engine: Engine = {
    name,
    backend,
    capabilities,
    run: ({ job, attempt, handle }, context) => definition.run(job, { ...context, attempt, handle }),
    close: async () => definition.close?.(),
  };
  return { engine, traits: { auto: auto ? kinds : [], repeatable, adopts, shared } };
}
