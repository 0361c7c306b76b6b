import { join } from './bytes.js';

/** What a text may grow to: far more than any recipe, far less than a bomb wants. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Unpacks zlib data; null when it is broken or grows beyond 4 MB. */
export async function inflate(packed: Uint8Array): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    const stream = new Blob([Uint8Array.from(packed)]).stream().pipeThrough(new DecompressionStream('deflate'));
    const reader = stream.getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      size += read.value.length;
      if (size > MOST_BYTES) {
        await reader.cancel();
        return null;
      }
      parts.push(read.value);
    }
  } catch {
    return null; // not zlib data, or torn
  }
  return join(...parts);
}
