import type { Stamp, ViewFrame } from '@rendercast/protocol';

/** A frame on its way to readers; levels carry their stamp for readers that name the one they have. */
export interface Delivery {
  frame: ViewFrame;
  stamp: Stamp | null;
  /** The job that ends with it; null for anything but an end. */
  ends: string | null;
}

/** Turns frames into the bytes of a transport (WebSocket frames, SSE events). Concatenated, not repeated, per group. */
export interface Encoding {
  readonly name: string;
  encode(frame: ViewFrame): Buffer;
}

/** Frames that leave together, with their bytes made once for all readers that want them all. */
export interface Chunk {
  readonly deliveries: readonly Delivery[];
  /** How many of them are frames of facts. */
  readonly facts: number;
  bytes(): Buffer;
  /** The chunk with only the frames that a reader wants; the same one when it wants all. */
  filter(wants: (frame: ViewFrame) => boolean): Chunk;
}

export function createChunk(deliveries: readonly Delivery[], encoding: Encoding): Chunk {
  let bytes: Buffer | null = null;
  let facts = 0;
  for (const { stamp } of deliveries) if (stamp === null) facts += 1;
  const chunk: Chunk = {
    deliveries,
    facts,
    bytes() {
      bytes ??= joined(deliveries, encoding);
      return bytes;
    },
    filter(wants) {
      const wanted = deliveries.filter(({ frame }) => wants(frame));
      return wanted.length === deliveries.length ? chunk : createChunk(wanted, encoding);
    },
  };
  return chunk;
}

function joined(deliveries: readonly Delivery[], encoding: Encoding): Buffer {
  const [first] = deliveries;
  if (deliveries.length === 1 && first !== undefined) return encoding.encode(first.frame);
  return Buffer.concat(deliveries.map(({ frame }) => encoding.encode(frame)));
}
