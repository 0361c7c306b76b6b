import { createHash } from 'node:crypto';
import { EngineError, type OutputReport } from '../engines/engine.js';

/** Holds a finished file against what was heard of it while it was made. */
export interface PrefixCheck {
  /** Takes what is heard next. */
  heard(bytes: Uint8Array): void;
  /** The file's body as it may be stored; throws, or ends with, `engine_failed` where it begins otherwise. */
  checked(body: OutputReport['body']): OutputReport['body'];
}

/** Nothing was heard yet. Keeps a digest and no bytes. */
export function createPrefixCheck(): PrefixCheck {
  const prefix = createHash('sha256');
  let heardBytes = 0;
  const isPrefix = (digest: Buffer): boolean => prefix.copy().digest().equals(digest);

  async function* checkedStream(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const begins = createHash('sha256');
    let left = heardBytes;
    for await (const bytes of body) {
      if (left > 0) {
        begins.update(bytes.subarray(0, left));
        left -= Math.min(left, bytes.length);
        if (left === 0 && !isPrefix(begins.digest())) throw otherFile();
      }
      yield bytes;
    }
    if (left > 0) throw otherFile();
  }

  return {
    heard(bytes) {
      prefix.update(bytes);
      heardBytes += bytes.length;
    },
    checked(body) {
      if (!(body instanceof Uint8Array)) return checkedStream(body);
      const begins = createHash('sha256').update(body.subarray(0, heardBytes)).digest();
      if (body.length < heardBytes || !isPrefix(begins)) throw otherFile();
      return body;
    },
  };
}

/** Those who listened would hear a file that never was. */
function otherFile(): EngineError {
  return new EngineError('engine_failed', 'The finished file does not begin with what was heard while it was made.', {
    retryable: false,
  });
}
