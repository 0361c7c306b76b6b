import type { LoggedFact, Stamp, ViewFrame } from '@rendercast/protocol';

/** A frame on its way to readers; levels carry their stamp for readers that name the one they have. */
export interface Delivery {
  frame: ViewFrame;
  stamp: Stamp | null;
  /** The fact that ends a job with it; null for anything but an end. */
  ends: LoggedFact | null;
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
      const wanted = wantedOf(deliveries, wants);
      if (wanted.length === 0) return NOTHING;
      return wanted === deliveries ? chunk : createChunk(wanted, encoding);
    },
  };
  return chunk;
}

/** For readers that want none of what came: they are many where each follows its own. */
const NOTHING: Chunk = { deliveries: [], facts: 0, bytes: () => Buffer.alloc(0), filter: () => NOTHING };

/** Those that a reader wants, each asked for once; the same list when it is all of them. */
function wantedOf(deliveries: readonly Delivery[], wants: (frame: ViewFrame) => boolean): readonly Delivery[] {
  let at = 0;
  for (const { frame } of deliveries) {
    if (!wants(frame)) break;
    at += 1;
  }
  // Mostly it is all of them, and no list is made.
  if (at === deliveries.length) return deliveries;
  const wanted = deliveries.slice(0, at);
  for (const delivery of deliveries.slice(at + 1)) if (wants(delivery.frame)) wanted.push(delivery);
  return wanted;
}

function joined(deliveries: readonly Delivery[], encoding: Encoding): Buffer {
  const [first] = deliveries;
  if (deliveries.length === 1 && first !== undefined) return encoding.encode(first.frame);
  return Buffer.concat(deliveries.map(({ frame }) => encoding.encode(frame)));
}
