import { type Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { faultOfSocket, S3Fault } from './s3-fault.js';
import type { SignedRequest } from './s3-signing.js';

/** One request on the line, with its answer's head. The body is the caller's to read or to destroy. */
export interface Exchange extends SignedRequest {
  method: string;
  body: Uint8Array | null;
  agent: Agent;
  /** How long nothing may move on the line, in milliseconds. */
  silentMs: number;
  /** Bound of the time until the answer's head, in milliseconds, however busy the line is. */
  withinMs: number;
  signal: AbortSignal;
}

/**
 * Sends a request. `node:http` and not `fetch`: that copies each body before it sends it, which would double the memory
 * of an upload, and its connections cannot be closed.
 *
 * @throws S3Fault for what happens between sockets; the signal's reason when it aborts.
 */
export function exchange({
  url,
  method,
  headers,
  body,
  agent,
  silentMs,
  withinMs,
  signal,
}: Exchange): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const length = body === null ? {} : { 'content-length': body.length };
    const sent = send(url, { method, agent, headers: { ...headers, ...length }, timeout: silentMs });
    const timer = setTimeout(() => sent.destroy(silence()), withinMs);
    const abort = () => sent.destroy(signal.reason as Error);
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
    signal.addEventListener('abort', abort, { once: true });
    sent.once('response', (answer) => {
      done();
      sent.setTimeout(0); // from here on silence is counted by who reads
      resolve(answer);
    });
    sent.once('timeout', () => sent.destroy(silence())); // neither a byte out nor one in
    sent.on('error', (thrown) => {
      done();
      reject(signal.aborted ? signal.reason : faultOfSocket(thrown));
    });
    sent.end(body ?? undefined);
  });
}

/** The storage has said nothing for too long. */
function silence(): S3Fault {
  return new S3Fault({ status: null, code: 'timeout', passing: true });
}

/**
 * Pieces of an answer as they come, no faster than they are taken. The time of silence counts only while somebody waits
 * for the next piece: a slow reader is no fault of the storage.
 *
 * @throws S3Fault for a connection that is cut or silent; the signal's reason when it aborts.
 */
export async function* piecesOf(
  answer: IncomingMessage,
  silentMs: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const abort = () => answer.destroy(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    const pieces = answer[Symbol.asyncIterator]() as AsyncIterator<Buffer, void>;
    for (;;) {
      const timer = setTimeout(() => answer.destroy(silence()), silentMs);
      const next = await pieces.next().finally(() => clearTimeout(timer));
      if (next.done === true) return;
      yield next.value;
    }
  } catch (thrown) {
    throw signal.aborted ? signal.reason : faultOfSocket(thrown);
  } finally {
    signal.removeEventListener('abort', abort);
    answer.destroy(); // of no use any more unless it was read to its end, when this does nothing
  }
}
