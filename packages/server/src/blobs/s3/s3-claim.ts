import { RendercastError } from '@rendercast/protocol';
import { forHouse, isMissing, S3Fault } from './s3-fault.js';
import type { Requests } from './s3-requests.js';

/**
 * Writes the house's name into the bucket, or reads that it stands there. Of two houses that come at once the one whose
 * name stands there afterwards has it.
 *
 * @throws RendercastError `storage_unavailable` when another house has the bucket
 */
export async function claimBucket(
  requests: Requests,
  prefix: string,
  house: string,
  signal: AbortSignal,
): Promise<void> {
  // No key of a blob holds a slash: nobody takes it for one.
  const key = `${prefix}house/name`;
  const name = async (): Promise<string | null> => {
    try {
      return (await requests.ask({ method: 'GET', key, signal })).text;
    } catch (thrown) {
      if (isMissing(thrown)) return null;
      throw thrown;
    }
  };
  const owner = await forHouse(async () => {
    const found = await name();
    if (found !== null) return found;
    const body = Buffer.from(house);
    await requests.ask({ method: 'PUT', key, body, headers: { 'if-none-match': '*' }, signal }).catch(ignoreTaken);
    return name();
  });
  if (owner === house) return;
  throw new RendercastError(
    'storage_unavailable',
    `the bucket (with this prefix) holds the files of another house; take another bucket or prefix, or, if it is this house after a move, delete the object "${key}"`,
  );
}

/** Somebody was faster, or the storage knows no conditions: what stands there decides. */
function ignoreTaken(thrown: unknown): void {
  if (!(thrown instanceof S3Fault) || thrown.details.passing) throw thrown;
}
