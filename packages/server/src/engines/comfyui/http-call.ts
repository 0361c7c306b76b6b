import { Agent, type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure, Agent as SecureAgent } from 'node:https';
import type { Socket } from 'node:net';

/** A call that got no answer. */
export class CallError extends Error {
  override readonly name = 'CallError';

  /** `sent`: whether the request may have arrived. The message is for the log: it may name addresses. */
  constructor(
    message: string,
    readonly sent: boolean,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

/** An answer, read to its end. */
export interface HttpAnswer {
  status: number;
  contentType: string;
  /** From `Retry-After`, in milliseconds. */
  retryAfterMs: number | undefined;
  bytes: Buffer;
}

export interface HttpCall {
  method?: 'GET' | 'POST';
  body?: { bytes: Uint8Array; contentType: string };
  /** Longest time from the call to the last byte of its answer, in milliseconds. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** Largest answer that is read. Default: 256 MB. */
  maxBytes?: number;
}

export interface HttpCaller {
  /** Calls one path. Any status is an answer. Throws `CallError` without one, or the signal's reason. */
  call(path: string, options: HttpCall): Promise<HttpAnswer>;
  /** Closes all lines; resolves when they are. */
  close(): Promise<void>;
}

const MAX_BYTES = 256 * 1024 * 1024;

/** Calls one server, with time limits of our own and over connections that are closed when we are. */
export function createHttpCaller(base: URL, headers: Readonly<Record<string, string>>): HttpCaller {
  const isSecure = base.protocol === 'https:';
  const agent = isSecure ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  const lines = new Set<Socket>();
  const root = base.pathname.replace(/\/+$/, '');

  function send(path: string, options: HttpCall): Promise<HttpAnswer> {
    const { method = 'GET', body, timeoutMs, signal, maxBytes = MAX_BYTES } = options;
    return new Promise((resolve, reject) => {
      let sent = false;
      const bodyHeaders =
        body === undefined ? {} : { 'content-type': body.contentType, 'content-length': body.bytes.length };
      const target = new URL(base);
      const request = (isSecure ? requestSecure : requestPlain)(target, {
        ...{ method, agent, path: `${root}${path}` },
        headers: { accept: '*/*', ...headers, ...bodyHeaders },
      });
      const late = setTimeout(
        () => request.destroy(new CallError(`no answer within ${timeoutMs} ms`, sent)),
        timeoutMs,
      );
      const onAbort = () => request.destroy(new CallError('the call was given up', sent));
      signal?.addEventListener('abort', onAbort, { once: true });
      const settle = () => {
        clearTimeout(late);
        signal?.removeEventListener('abort', onAbort);
      };
      const fail = (thrown: unknown) => {
        settle();
        if (signal?.aborted === true) reject(signal.reason);
        else if (thrown instanceof CallError) reject(thrown);
        else reject(new CallError('the line broke', sent, thrown));
      };
      request.on('socket', (socket) => {
        if (!lines.has(socket)) {
          lines.add(socket);
          socket.once('close', () => lines.delete(socket));
        }
        if (!socket.connecting) sent = true;
        else socket.once('connect', () => (sent = true));
      });
      request.on('error', fail);
      request.on('response', (response) => {
        readAnswer(response, maxBytes).then((answer) => {
          settle();
          resolve(answer);
        }, fail);
      });
      request.end(body?.bytes);
    });
  }

  return {
    async call(path, options) {
      options.signal?.throwIfAborted();
      try {
        return await send(path, options);
      } catch (thrown) {
        // A kept connection that the server closed at this moment: reading once more does no harm.
        const again = (options.method ?? 'GET') === 'GET' && thrown instanceof CallError && thrown.cause !== undefined;
        if (!again || options.signal?.aborted === true) throw thrown;
        return await send(path, options);
      }
    },
    async close() {
      const closed = [...lines].map((line) => new Promise<void>((resolve) => line.once('close', () => resolve())));
      agent.destroy();
      for (const line of lines) line.destroy();
      await Promise.all(closed);
    },
  };
}

async function readAnswer(response: IncomingMessage, maxBytes: number): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of response) {
    const bytes = chunk as Buffer;
    sizeBytes += bytes.length;
    if (sizeBytes > maxBytes) {
      response.destroy();
      throw new CallError(`the answer is larger than ${maxBytes} bytes`, true);
    }
    chunks.push(bytes);
  }
  const retryAfter = Number(response.headers['retry-after']);
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers['content-type'] ?? '',
    retryAfterMs: Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter * 1_000 : undefined,
    bytes: Buffer.concat(chunks),
  };
}
