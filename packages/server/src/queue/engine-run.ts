import { RendercastError } from '@rendercast/protocol';
import { sleep } from '../clock.js';
import type { Slot } from '../engines/registry.js';
import type { Claim } from '../stores/store.js';
import type { OpenContext } from './engine-context.js';
import { adoptionOf, type SavedHandle } from './handle.js';
import { ABORT_GRACE_MS, type RunParts } from './run-parts.js';

/** How a run came out. */
export interface Outcome {
  ok: boolean;
  thrown: unknown;
}

/** Runs the engine and waits for what it handed in; never rejects. Work that was refused is no success. */
export async function runEngine(parts: RunParts, claim: Claim, slot: Slot, opened: OpenContext): Promise<Outcome> {
  try {
    const handle = await adopt(parts, claim, opened);
    await slot.engine.run({ job: claim.job, attempt: claim.job.attempt, handle }, opened.context);
    const refused = await opened.handedIn();
    return { ok: refused === undefined, thrown: refused };
  } catch (thrown) {
    return { ok: false, thrown };
  }
}

/**
 * What an earlier attempt saved, if it was made by this backend; kept for this attempt too, should it be lost as well.
 * Work that lies at another backend and must not be done twice ends the job instead.
 */
async function adopt(parts: RunParts, claim: Claim, opened: OpenContext): Promise<SavedHandle['value']> {
  const handle = claim.handle?.value as SavedHandle | undefined; // the house itself wrote it
  const adoption = adoptionOf(handle, claim.offer, (engine) => parts.registry.traits(engine));
  if (adoption === 'unknown') throw new RendercastError('outcome_unknown');
  if (adoption === 'fresh') return null;
  await opened.context.saveHandle(adoption.adopt);
  return adoption.adopt;
}

/** Once it is asked to stop, an engine has so long before the job ends without it. */
export async function graceAfter({ clock }: RunParts, signal: AbortSignal): Promise<Outcome> {
  if (!signal.aborted) {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }
  const superseded = signal.reason instanceof RendercastError && signal.reason.code === 'superseded';
  if (!superseded) await sleep(clock, ABORT_GRACE_MS, new AbortController().signal);
  return { ok: false, thrown: signal.reason };
}
