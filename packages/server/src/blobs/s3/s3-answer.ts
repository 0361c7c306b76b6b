import type { IncomingMessage } from 'node:http';
import { piecesOf } from './s3-exchange.js';
import { isPassing, S3Fault } from './s3-fault.js';
import { element } from './s3-xml.js';

/** Answers that are read whole: errors, pages of lists. A page of 1,000 keys has about 300 KB. */
const MAX_TEXT_BYTES = 8 * 1024 * 1024;
/** Longest that a storage is left alone because it asks for it. */
const MAX_RETRY_AFTER_MS = 20_000;

/** Reads an answer to its end. @throws S3Fault for a cut, for silence and for one that does not end. */
export async function textOf(answer: IncomingMessage, silentMs: number, signal: AbortSignal): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of piecesOf(answer, silentMs, signal)) {
    bytes += piece.length;
    if (bytes > MAX_TEXT_BYTES) throw new S3Fault({ status: null, code: 'an endless answer', passing: false });
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** What an answer that is no success says. Some answer 200 and put the error into the body. */
export function faultOf(answer: IncomingMessage, text: string, nowMs: number): S3Fault {
  const said = element(text, 'Code');
  const status = answer.statusCode ?? 0;
  const code = said !== null && /^\w{1,64}$/.test(said) ? said : String(status);
  const region = element(text, 'Region') ?? header(answer, 'x-amz-bucket-region');
  const date = Date.parse(answer.headers.date ?? '');
  return new S3Fault({
    status,
    code,
    passing: isPassing(status, code),
    ...retryAfterOf(answer),
    ...(region !== null && /^[\w-]{1,40}$/.test(region) ? { region } : {}),
    ...(Number.isNaN(date) ? {} : { aheadMs: date - nowMs }),
  });
}

function retryAfterOf(answer: IncomingMessage): { retryAfterMs?: number } {
  const seconds = Number(answer.headers['retry-after']);
  return seconds > 0 ? { retryAfterMs: Math.min(MAX_RETRY_AFTER_MS, seconds * 1000) } : {};
}

/** A header that comes once; null when it does not. */
export function header(answer: IncomingMessage, name: string): string | null {
  const value = answer.headers[name];
  return typeof value === 'string' ? value : null;
}
