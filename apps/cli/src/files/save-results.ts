import { once } from 'node:events';
import type { Artifact, Client, Job } from '@rendercast/client';
import { EXIT } from '../exit-codes.js';
import { CommandError } from '../failure.js';
import { type OutTarget, outPaths } from './out-names.js';
import { writeWhole } from './write-whole.js';

/** A result on disk. */
export interface SavedFile {
  /** Null: it went to standard output. */
  path: string | null;
  artifact: Artifact;
}

/**
 * Fetches the outputs of a job and writes each whole, under the names that the target gives.
 *
 * @throws CommandError when a name is taken; those before it are saved then
 */
export async function saveResults(
  client: Client,
  job: Job,
  target: OutTarget,
  options: { replace: boolean; signal: AbortSignal },
): Promise<SavedFile[]> {
  const artifacts = job.outputs.map(({ artifact }) => artifact);
  if (target.to === 'stdout') {
    const [artifact, ...more] = artifacts;
    if (artifact === undefined) return [];
    if (more.length > 0) {
      throw new CommandError(`Job ${job.id} made ${artifacts.length} files; standard output takes one.`, EXIT.failed);
    }
    for await (const chunk of await bodyOf(client, artifact, options.signal)) {
      if (!process.stdout.write(chunk)) await once(process.stdout, 'drain');
    }
    return [{ path: null, artifact }];
  }
  const paths = outPaths(target, job.id, artifacts);
  const saved: SavedFile[] = [];
  for (const [index, artifact] of artifacts.entries()) {
    const path = paths[index] as string;
    await writeWhole(path, await bodyOf(client, artifact, options.signal), { replace: options.replace });
    saved.push({ path, artifact });
  }
  return saved;
}

async function bodyOf(client: Client, artifact: Artifact, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const { body } = await client.download(artifact, { signal });
  if (body === null) throw new CommandError(`The server sent no bytes of ${artifact.id}.`, EXIT.failed);
  return body;
}
