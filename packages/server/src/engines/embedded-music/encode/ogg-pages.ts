import { fromLatin1, join } from '@rendercast/protocol/recipe/bytes';

/** Segments of a page, at most; a packet takes one for each 255 bytes and one for the rest. */
const MOST_SEGMENTS = 255;
const FLAG = { continued: 1, first: 2, last: 4 } as const;

/** Puts the packets of one stream on pages. RFC 3533, section 6. */
export interface OggPages {
  /**
   * Adds a packet; answers the pages that are full.
   *
   * @param position samples that are heard once this packet is, for seeking.
   */
  add(packet: Uint8Array, position: number): Uint8Array<ArrayBuffer>;
  /** The page that has been begun. @param last whether the stream ends with it. */
  flush(last?: boolean): Uint8Array<ArrayBuffer>;
}

/** @param serial the stream's number: the same song must be the same bytes, so it is given, not drawn. */
export function createOggPages(serial: number, packetsPerPage: number): OggPages {
  let sequence = 0;
  let lacing: number[] = [];
  let bodies: Uint8Array[] = [];
  let packets = 0;
  let position = 0;
  let continued = false;
  const page = (flags: number): Uint8Array<ArrayBuffer> => {
    const all = flags | (sequence === 0 ? FLAG.first : 0);
    // -1: no packet ends on this page.
    const place = packets === 0 && (flags & FLAG.last) === 0 ? -1 : position;
    const bytes = pageOf({ serial, sequence, lacing, bodies, position: place, flags: all });
    sequence++;
    lacing = [];
    bodies = [];
    packets = 0;
    return bytes;
  };
  return {
    add(packet, reached) {
      const ready: Uint8Array[] = [];
      for (let at = 0; at <= packet.length; at += 255) {
        if (lacing.length === MOST_SEGMENTS) {
          ready.push(page(continued ? FLAG.continued : 0));
          continued = at > 0;
        }
        const segment = packet.subarray(at, at + 255);
        lacing.push(segment.length);
        bodies.push(segment);
      }
      packets++;
      position = reached;
      if (packets < packetsPerPage) return join(...ready);
      ready.push(page(continued ? FLAG.continued : 0));
      continued = false;
      return join(...ready);
    },
    flush(last = false) {
      if (lacing.length === 0 && !last) return new Uint8Array(0);
      const bytes = page((continued ? FLAG.continued : 0) | (last ? FLAG.last : 0));
      continued = false;
      return bytes;
    },
  };
}

interface Page {
  serial: number;
  sequence: number;
  lacing: readonly number[];
  bodies: readonly Uint8Array[];
  position: number;
  flags: number;
}

function pageOf({ serial, sequence, lacing, bodies, position, flags }: Page): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(27);
  head.set(fromLatin1('OggS'));
  head[5] = flags;
  const view = new DataView(head.buffer);
  view.setBigInt64(6, BigInt(position), true);
  view.setUint32(14, serial, true);
  view.setUint32(18, sequence, true);
  head[26] = lacing.length;
  const whole = join(head, Uint8Array.from(lacing), ...bodies);
  new DataView(whole.buffer).setUint32(22, crc32(whole), true);
  return whole;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value;
});

/** The check sum of a page: polynomial 0x04c11db7, the highest bit first, begun with 0. */
function crc32(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = (crc << 8) ^ (TABLE[(crc >>> 24) ^ byte] ?? 0);
  return crc >>> 0;
}
