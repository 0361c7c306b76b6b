/**
 * Binary frames of the native socket carry preview pictures:
 *
 *   4 bytes   length of the header, unsigned, big-endian
 *   n bytes   header: JSON in UTF-8, `{"type":"preview","topic":…,"jobId":…,"level":{…}}`
 *   rest      the picture
 */
export interface BinaryFrame<H> {
  header: H;
  body: Uint8Array;
}

/** Longest header that a reader accepts: a frame that claims more is malformed. */
const MAX_HEADER_BYTES = 65_536;

/** Joins header and body. */
export function encodeFrame(header: unknown, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(JSON.stringify(header));
  const frame = new Uint8Array(4 + head.length + body.length);
  new DataView(frame.buffer).setUint32(0, head.length);
  frame.set(head, 4);
  frame.set(body, 4 + head.length);
  return frame;
}

/** Splits a frame; null when it is malformed. The body shares memory with the input. */
export function decodeFrame(bytes: Uint8Array): BinaryFrame<unknown> | null {
  if (bytes.length < 4) return null;
  const headBytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
  if (headBytes > MAX_HEADER_BYTES || 4 + headBytes > bytes.length) return null;
  try {
    const header: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(4, 4 + headBytes)),
    );
    return { header, body: bytes.subarray(4 + headBytes) };
  } catch {
    return null;
  }
}
