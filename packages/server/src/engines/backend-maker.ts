import type { JobKind } from '@rendercast/protocol';
import type * as z from 'zod';
import type { Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import type { Engine } from './engine.js';
import type { EngineTraits } from './registry.js';

/** What an engine is given to make one backend of. */
export interface BackendOrder<Options> {
  /** Name of the backend, as configured. */
  backend: string;
  /** Jobs at once; null: the engine's own number. */
  slots: number | null;
  /** Whether others use the same server beside this house. */
  shared: boolean;
  /** Its own settings, as its schema reads them. */
  options: Options;
  clock: Clock;
  logger: Logger;
}

/** How backends of one engine are made from the configuration. Each engine that drives a server exports one. */
export interface BackendMaker<Schema extends z.ZodType = z.ZodType> {
  /** Name of the engine. */
  engine: string;
  /** Kinds that it makes. */
  kinds: readonly JobKind[];
  /** Its own settings: every one with a description; secrets are never shown. Unknown ones are refused. */
  options: Schema;
  traits: Omit<EngineTraits, 'auto'>;
  create(order: BackendOrder<z.output<Schema>>): Engine;
}

/** Lets a maker keep the type of its schema; in the list of makers it is forgotten. */
export function backendMaker<Schema extends z.ZodType>(maker: BackendMaker<Schema>): BackendMaker {
  return maker;
}
