import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { type Clock, sleep } from '../../clock.js';

/** A call that broke off without an answer, or in the middle of one. */
export class BrokenCall extends Error {
  override readonly name = 'BrokenCall';
  /** Whether the service may have heard it: false only where no connection was made. */
  readonly heard: boolean;

  constructor(message: string, heard: boolean, cause?: unknown) {
    super(message, { cause });
    this.heard = heard;
  }
}

/** The head of an answer, and its body as it comes. */
export interface ApiAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Throws `BrokenCall` when it is cut or silent for too long, the signal's reason when that aborts. */
  body: AsyncIterable<Uint8Array>;
}

export interface ApiCall {
  url: URL;
  apiKey: string;
  body: unknown;
  /** Aborting closes the connection. It stays listened to until the body is at its end. */
  signal: AbortSignal;
  /** Longest time until a connection stands, until the head of the answer, and between parts of the body. */
  connectMs: number;
  answerMs: number;
  silenceMs: number;
  clock: Clock;
}

/** Dead lines are found by probes of the kernel that start after this silence. */
const PROBE_AFTER_MS = 15_000;

/**
 * Calls the API once, on a connection of its own: on one that is used again nobody could tell whether a request that
 * met its end was heard. Follows no redirects, which would carry the key elsewhere; has no time limits but those given.
 */
export async function callApi(call: ApiCall): Promise<ApiAnswer> {
  call.signal.throwIfAborted();
  const text = JSON.stringify(call.body);
  const send = call.url.protocol === 'https:' ? requestHttps : requestHttp;
  const request = send(call.url, {
    method: 'POST',
    agent: false,
    headers: {
      'xi-api-key': call.apiKey,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      accept: '*/*',
    },
  });
  let heard = false;
  const limit = createLimit(call.clock, (why) => request.destroy(new BrokenCall(why, heard)));
  const abort = () => request.destroy(call.signal.reason as Error);
  call.signal.addEventListener('abort', abort, { once: true });
  const release = () => {
    limit.lift();
    call.signal.removeEventListener('abort', abort);
  };
  try {
    limit.set(call.connectMs, 'no connection could be made in time');
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.on('error', reject);
      request.on('socket', (socket) => {
        socket.setKeepAlive(true, PROBE_AFTER_MS);
        socket.once(call.url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
          heard = true;
          limit.set(call.answerMs, 'no answer came in time');
        });
      });
      request.on('response', resolve);
      request.end(text);
    });
    limit.lift();
    response.on('error', () => undefined); // told by the body; one that nobody reads yet must not end the process
    const { statusCode = 0, headers } = response;
    return { status: statusCode, headers, body: bodyOf(call, response, release) };
  } catch (thrown) {
    release();
    request.destroy();
    throw verdict(call, thrown, heard);
  }
}

async function* bodyOf(call: ApiCall, response: IncomingMessage, release: () => void): AsyncGenerator<Uint8Array> {
  const limit = createLimit(call.clock, (why) => response.destroy(new BrokenCall(why, true)));
  try {
    limit.set(call.silenceMs, 'the answer fell silent');
    for await (const chunk of response as AsyncIterable<Buffer>) {
      limit.lift();
      yield chunk;
      limit.set(call.silenceMs, 'the answer fell silent');
    }
    if (!response.complete) throw new BrokenCall('the answer was cut', true);
  } catch (thrown) {
    throw verdict(call, thrown, true);
  } finally {
    limit.lift();
    release();
    response.destroy();
  }
}

function verdict({ signal }: ApiCall, thrown: unknown, heard: boolean): unknown {
  if (signal.aborted) return signal.reason;
  if (thrown instanceof BrokenCall) return thrown;
  return new BrokenCall(heard ? 'the connection was lost' : 'no connection could be made', heard, thrown);
}

/** One time limit at a time. */
function createLimit(
  clock: Clock,
  passed: (why: string) => void,
): { set(ms: number, why: string): void; lift(): void } {
  let takeBack = (): void => undefined;
  return {
    set(ms, why) {
      takeBack();
      takeBack = clock.after(ms, () => passed(why));
    },
    lift: () => takeBack(),
  };
}

/** Reads a body to its end, at most so many bytes: what comes after them is left. */
export async function readText(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part.subarray(0, maxBytes - size));
    size += part.length;
    if (size >= maxBytes) break;
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Calls back again and again until it is told to stop. */
export function eachWhile(clock: Clock, everyMs: number, callback: () => void): () => void {
  const stop = new AbortController();
  const go = async (): Promise<void> => {
    for (;;) {
      await sleep(clock, everyMs, stop.signal);
      callback();
    }
  };
  go().catch(() => undefined); // it ends by being stopped
  return () => stop.abort();
}
