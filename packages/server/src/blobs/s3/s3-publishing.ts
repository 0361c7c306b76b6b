import { RendercastError } from '@rendercast/protocol';
import { S3Fault } from './s3-fault.js';
import { headOf, removeObject } from './s3-objects.js';
import type { Requests } from './s3-requests.js';

/** Makes objects visible: each once, whole, and none over another. */
export interface Publishing {
  /** @throws RendercastError `conflict` when the key is taken. */
  refuseTaken(key: string, signal: AbortSignal): Promise<void>;
  /**
   * Runs the one request that makes an object visible, and looks whether it is there as it should be. If this throws,
   * the object is not there, or the next `refuseTaken` of this key clears it away.
   */
  publish(object: NewObject, signal: AbortSignal, write: Write): Promise<void>;
}

/** What is about to be made visible. */
export interface NewObject {
  key: string;
  /** The mark that its metadata carries. */
  mark: string;
  sizeBytes: number;
}

/** The request, with headers that make it conditional where the storage knows that. */
export type Write = (headers: Record<string, string>) => Promise<unknown>;

/** For clearing away after a failure, when the caller may be gone: a storage that is down must not hold up a stop. */
const CLEAN_UP_MS = 3_000;
const MAX_DOUBTFUL = 10_000;
/** Looks at what was published: some storages show a new object a moment late. */
const LOOKS = 4;

export function createPublishing(requests: Requests): Publishing {
  /** Not all know `If-None-Match` on writes (AWS does since 2024). Without it two racing writers are told apart by marks. */
  let conditional = true;
  /** Keys that may hold an object whose writer was told that it failed. */
  const doubtful = new Map<string, string>();

  async function isThere({ key, mark }: NewObject, signal: AbortSignal): Promise<boolean> {
    return (await headOf(requests, key, signal))?.mark === mark;
  }

  async function writeOnce(object: NewObject, signal: AbortSignal, write: Write): Promise<void> {
    const asked = conditional;
    try {
      await write(asked ? { 'if-none-match': '*' } : {});
    } catch (thrown) {
      const { status, code } = thrown instanceof S3Fault ? thrown.details : { status: null, code: '' };
      if (asked && (status === 501 || code === 'NotImplemented')) {
        conditional = false;
        return writeOnce(object, signal, write);
      }
      // After a lost answer the second try finds the work of the first: the key is taken, the upload is no more.
      const maybeDone = status === 412 || code === 'NoSuchUpload';
      if (maybeDone && (await isThere(object, signal))) return;
      throw status === 412 ? taken() : thrown;
    }
  }

  async function verify(object: NewObject, signal: AbortSignal): Promise<void> {
    for (let looks = 1; ; looks++) {
      const found = await headOf(requests, object.key, signal);
      if (found !== null && found.mark !== null && found.mark !== object.mark) throw taken();
      if (found !== null && found.sizeBytes === object.sizeBytes) return;
      const fault = new S3Fault({
        status: null,
        code: found === null ? 'not there' : 'of another size',
        passing: true,
      });
      if (found !== null || looks >= LOOKS) throw fault;
      await requests.pause(looks, fault, signal);
    }
  }

  /** A request that the storage is still at may yet succeed: the sweep of orphans finds that one. */
  async function undo(object: NewObject): Promise<void> {
    const signal = AbortSignal.timeout(CLEAN_UP_MS);
    try {
      if (await isThere(object, signal)) await removeObject(requests, object.key, signal);
    } catch {
      const oldest = doubtful.keys().next();
      if (doubtful.size >= MAX_DOUBTFUL && oldest.done !== true) doubtful.delete(oldest.value);
      doubtful.set(object.key, object.mark);
    }
  }

  return {
    async refuseTaken(key, signal) {
      const found = await headOf(requests, key, signal);
      if (found !== null) {
        if (found.mark === null || found.mark !== doubtful.get(key)) throw taken();
        await removeObject(requests, key, signal);
      }
      doubtful.delete(key);
    },
    async publish(object, signal, write) {
      try {
        await writeOnce(object, signal, write);
        await verify(object, signal);
      } catch (thrown) {
        await undo(object);
        throw thrown;
      }
    },
  };
}

/** Drops an upload of many parts; one that cannot be dropped now is left to the sweep. */
export async function dropUpload(requests: Requests, key: string, uploadId: string): Promise<void> {
  const signal = AbortSignal.timeout(CLEAN_UP_MS);
  await requests.ask({ method: 'DELETE', key, query: { uploadId }, signal }).catch(() => undefined);
}

function taken(): RendercastError {
  return new RendercastError('conflict', 'A blob of this key exists already.');
}
