import { isEnded, type Output, type Principal, RendercastError } from '@rendercast/protocol';
import { keysOfArtifact } from '../blobs/keys.js';
import { decide } from './decide.js';
import type { QueueParts } from './parts.js';
import { reachesAll, requireWithin } from './reach.js';

const PAGE = 500;

/**
 * Removes an ended job: its facts are blanked, then its files deleted, also those of attempts whose outputs were
 * replaced. Removing it again does nothing. A file that cannot be deleted now is swept later as an orphan.
 */
export async function remove(parts: QueueParts, principal: Principal, id: string): Promise<void> {
  const { job } = await requireWithin(parts.store, principal, id);
  if (job.removed) return;
  const artifactIds = await artifactsOf(parts, job.id);
  await decide(parts, job.id, ({ job: now }) => {
    if (now.removed) return null;
    if (!isEnded(now)) throw new RendercastError('not_ended', 'The job must end before it can be removed.');
    return { bodies: [{ type: 'removed', artifactId: null, gone: goneOf(now.outputs) }], expect: { seq: now.seq } };
  });
  for (const artifactId of artifactIds) await dropBytes(parts, artifactId);
}

/** Removes one file: an output of an ended job, or an uploaded input. */
export async function removeArtifact(parts: QueueParts, principal: Principal, artifactId: string): Promise<void> {
  const artifact = await parts.store.artifact(artifactId, reachesAll(principal) ? null : principal.owner);
  if (artifact === null) throw new RendercastError('not_found', `There is no file "${artifactId}".`);
  if (artifact.jobId === null) {
    await parts.store.dropArtifact(artifactId);
  } else {
    await decide(parts, artifact.jobId, ({ job }) => {
      if (!isEnded(job)) throw new RendercastError('not_ended', 'The job must end before its files can be removed.');
      if (job.removed) return null;
      const gone = goneOf(job.outputs.filter((output) => output.artifact.id === artifactId));
      return { bodies: [{ type: 'removed', artifactId, gone }], expect: { seq: job.seq } };
    });
  }
  await dropBytes(parts, artifactId);
}

/** What a removal says of the outputs that it takes: no more than a list of pictures needs to drop them. */
function goneOf(outputs: readonly Output[]): { id: string; mediaType: string }[] {
  return outputs.map(({ artifact: { id, mediaType } }) => ({ id, mediaType }));
}

/** Every file the job ever made, read from its facts. */
async function artifactsOf({ store }: QueueParts, jobId: string): Promise<string[]> {
  const ids: string[] = [];
  let after = 0;
  for (;;) {
    const page = await store.facts(jobId, after, PAGE);
    for (const { fact } of page) {
      if (fact.type === 'output' && fact.artifact !== null) ids.push(fact.artifact.id);
      after = fact.seq;
    }
    if (page.length < PAGE) return ids;
  }
}

async function dropBytes({ blobs, logger }: QueueParts, artifactId: string): Promise<void> {
  for (const key of keysOfArtifact(artifactId)) {
    await blobs.remove(key).catch((cause: unknown) => {
      logger.warn(
        { err: cause, artifactId },
        'the bytes of a removed file could not be deleted; the sweep will try again',
      );
    });
  }
}
