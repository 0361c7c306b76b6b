import { isMissing, S3Fault } from './s3-fault.js';
import type { Requests } from './s3-requests.js';

/** Metadata that says which call wrote an object, so that a writer whose answer was lost knows its own. */
export const MARK_HEADER = 'x-amz-meta-rendercast-put';

/** What is known of an object without its bytes. */
export interface ObjectHead {
  sizeBytes: number;
  /** The mark of the call that wrote it; null when the storage keeps no metadata. */
  mark: string | null;
}

/** Looks at an object; null when there is none. */
export async function headOf(requests: Requests, key: string, signal: AbortSignal): Promise<ObjectHead | null> {
  try {
    const answer = await requests.ask({ method: 'HEAD', key, signal });
    const sizeBytes = Number(answer.header('content-length') ?? Number.NaN);
    if (!Number.isSafeInteger(sizeBytes)) throw new S3Fault({ status: answer.status, code: 'no size', passing: false });
    return { sizeBytes, mark: answer.header(MARK_HEADER) };
  } catch (thrown) {
    if (isMissing(thrown)) return null;
    throw thrown;
  }
}

/** Deletes an object; one that is not there is no error. */
export async function removeObject(requests: Requests, key: string, signal: AbortSignal): Promise<void> {
  try {
    await requests.ask({ method: 'DELETE', key, signal });
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown;
  }
}
