/** Writes numbers bit by bit, the highest bit first, into bytes that grow as they must. */
export interface BitWriter {
  /** Writes the lowest `bits` bits of a number, at most 32. */
  write(value: number, bits: number): void;
  /** A number of zeros and a one. */
  unary(zeros: number): void;
  /** Fills the last byte with zeros. */
  align(): void;
  /** The whole bytes so far; valid until the next write. */
  bytes(): Uint8Array;
  clear(): void;
}

export function createBitWriter(firstBytes: number): BitWriter {
  let buffer = new Uint8Array(firstBytes);
  let length = 0;
  /** Bits that are not a whole byte yet. */
  let held = 0;
  let heldBits = 0;
  const room = (more: number) => {
    if (length + more <= buffer.length) return;
    const larger = new Uint8Array(Math.max(buffer.length * 2, length + more));
    larger.set(buffer);
    buffer = larger;
  };
  const push = (value: number, bits: number) => {
    // At most 7 + 24 bits are held: they fit.
    held = (held << bits) | (value & ((1 << bits) - 1));
    heldBits += bits;
    while (heldBits >= 8) {
      heldBits -= 8;
      buffer[length++] = held >>> heldBits;
    }
    held &= (1 << heldBits) - 1;
  };
  const write = (value: number, bits: number) => {
    room(8);
    if (bits > 16) push(value >>> 16, bits - 16);
    push(value & 0xffff, Math.min(bits, 16));
  };
  return {
    write,
    unary(zeros) {
      let left = zeros;
      for (; left >= 16; left -= 16) write(0, 16);
      write(1, left + 1);
    },
    align() {
      if (heldBits > 0) write(0, 8 - heldBits);
    },
    bytes: () => buffer.subarray(0, length),
    clear() {
      length = 0;
      held = 0;
      heldBits = 0;
    },
  };
}
