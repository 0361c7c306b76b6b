import { createHash, type Hash } from 'node:crypto';

/** One part of an upload, in memory. */
export interface Part {
  bytes: Uint8Array;
  /** SHA-256, hexadecimal. */
  digest: string;
  /** Whether the stream ends with it. */
  last: boolean;
  /** Gives the memory back, for a part to come. Nobody may look at the bytes any more. */
  release(): void;
}

const FIRST_ROOM_BYTES = 64 * 1024;

/**
 * Gathers a stream into parts of one size (but for the last: some storages insist on it). There is always a first one,
 * which may be empty. Parts own their bytes, so the source may use its buffers again.
 */
export async function* inParts(body: AsyncIterable<Uint8Array>, partBytes: number): AsyncGenerator<Part, void> {
  // Memory is used again: left to the collector, eight megabytes at a time pile up between two of its visits.
  const spare: Buffer[] = [];
  let room = createRoom(partBytes, spare);
  for await (const chunk of body) {
    for (let rest = chunk; rest.length > 0; ) {
      if (room.full()) {
        yield room.part(false);
        room = createRoom(partBytes, spare);
      }
      rest = rest.subarray(room.add(rest));
    }
  }
  yield room.part(true);
}

/** Bytes of a part to be. They are digested as they come: eight megabytes at once would hold the loop for long. */
function createRoom(partBytes: number, spare: Buffer[]) {
  const hash: Hash = createHash('sha256');
  let bytes = spare.pop() ?? Buffer.allocUnsafeSlow(Math.min(partBytes, FIRST_ROOM_BYTES));
  let used = 0;

  function grow(wanted: number): void {
    if (wanted <= bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.min(partBytes, Math.max(wanted, bytes.length * 2)));
    bytes.copy(larger, 0, 0, used);
    bytes = larger;
  }

  return {
    full: () => used === partBytes,
    /** Takes as much of a chunk as fits; answers how much. */
    add(chunk: Uint8Array): number {
      const taken = chunk.subarray(0, partBytes - used);
      grow(used + taken.length);
      bytes.set(taken, used);
      hash.update(taken);
      used += taken.length;
      return taken.length;
    },
    part: (last: boolean): Part => ({
      ...{ bytes: bytes.subarray(0, used), digest: hash.digest('hex'), last },
      release: () => void spare.push(bytes),
    }),
  };
}
