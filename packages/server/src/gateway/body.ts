import type { IncomingMessage } from 'node:http';
import { RendercastError } from '@rendercast/protocol';

/** Reads a body whole; throws `too_large` as soon as it is, without reading on. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    sizeBytes += part.length;
    if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
    parts.push(part);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw new RendercastError('invalid_request', 'the body is not UTF-8 text');
  }
}

/** Passes a body on as it comes, counting. */
export async function* streamBody(request: IncomingMessage, maxBytes: number): AsyncIterable<Uint8Array> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  let sizeBytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    sizeBytes += part.length;
    if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
    yield part;
  }
  if (!request.complete) throw new RendercastError('invalid_request', 'the upload broke off');
}

function tooLarge(maxBytes: number): RendercastError {
  return new RendercastError('too_large', `the body may have ${maxBytes} bytes at most`);
}
