import { type OpenArtifact, type OpenGrowing, RendercastError, type Verbs } from '@rendercast/protocol';
import type { Stored } from '../stores/store.js';
import { type GrowingParts, openGrowing } from './growing-output.js';

/** What finds jobs and files within the caller's reach. */
interface Finding {
  find(id: string): Promise<Stored>;
  openArtifact: Verbs['openArtifact'];
}

/** Opens an output by its place: one that is being made, else the file that stands. Throws `not_found`. */
export async function openOutput(
  parts: GrowingParts,
  { find, openArtifact }: Finding,
  jobId: string,
  slot: number,
): Promise<OpenArtifact | OpenGrowing> {
  const { job } = await find(jobId);
  const isMade = job.outputs.some((each) => each.slot === slot && each.attempt === job.attempt);
  const growing = job.state === 'running' && !isMade ? await openGrowing(parts, job, slot) : null;
  if (growing !== null) return growing;
  // It may have become whole meanwhile.
  const now = job.state === 'running' ? (await find(job.id)).job : job;
  const output = now.outputs.find((each) => each.slot === slot);
  if (output === undefined) throw new RendercastError('not_found', `there is nothing of output ${slot} yet`);
  return await openArtifact(output.artifact.id, 'file');
}
