import type { EngineTraits } from '../engines/registry.js';
import type { Claim } from '../stores/store.js';
import type { Directory } from './fellows.js';
import type { Intakes } from './intakes.js';
import { backendsFor } from './routing.js';
import type { AbortReason } from './run-parts.js';

/** How long nothing may come from a backend that is down before its job is tried elsewhere, in milliseconds. */
const STRANDED_MS = 30_000;

/** A job that runs, as far as it decides whether it moves. */
export interface RunningWork {
  claim: Claim;
  traits: EngineTraits;
  /** How long its engine has reported nothing. */
  silentMs: number;
}

/**
 * Why a running job is better off on another backend: its own is being drained, or is down and says nothing any more. Only
 * what may simply be run again moves, and only when another backend that is up can run it; null: it stays.
 */
export function whyMove(
  { claim, traits, silentMs }: RunningWork,
  { intakes, directory }: { intakes: Pick<Intakes, 'of'>; directory: Pick<Directory, 'candidates'> },
): AbortReason | null {
  if (!traits.repeatable) return null;
  const { backend } = claim.offer;
  const isDrained = intakes.of(backend) === 'draining';
  if (!isDrained && silentMs < STRANDED_MS) return null;
  const { kind, engine, request } = claim.job;
  const able = backendsFor(directory.candidates(), { kind, engine, model: request.model ?? null });
  if (!able.some((each) => each.backend !== backend && each.state === 'up')) return null;
  if (isDrained) return 'engine_unavailable';
  return able.some((each) => each.backend === backend && each.state === 'down') ? 'silent_timeout' : null;
}
