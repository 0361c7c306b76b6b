import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { type Clock, sleep } from '../../clock.js';

/** Why there was no answer. */
export class LineError extends Error {
  override readonly name = 'LineError';
  readonly kind: 'broken' | 'late' | 'too-large';
  constructor(kind: LineError['kind'], cause?: unknown) {
    super(`no answer: ${kind}`, { cause });
    this.kind = kind;
  }
}

export interface HttpOrder {
  method: 'GET' | 'POST';
  /** Below the server's own path: `/sdapi/v1/progress`. */
  path: string;
  body?: unknown;
  /** Longest wait for the whole answer, in milliseconds; null: as long as the connection lives. */
  timeoutMs: number | null;
  signal: AbortSignal;
}

export interface HttpAnswer {
  status: number;
  retryAfter: string | null;
  text: string;
}

/** The way to one server. Its own client, for built-in `fetch` gives up after 300 s without a sign. */
export interface HttpLine {
  /** @throws LineError when there is no answer; the signal's reason when it aborts. */
  ask(order: HttpOrder): Promise<HttpAnswer>;
  /** Cuts what is open. */
  close(): void;
}

export interface HttpLineOptions {
  url: string;
  user: string | undefined;
  password: string;
  maxAnswerBytes: number;
  clock: Clock;
}

/** Redirects that are followed: a server behind a sub-path answers everything else with 308. */
const MAX_REDIRECTS = 3;
/** An open request is silent for minutes: the system looks whether the other end still lives. */
const KEEP_ALIVE_MS = 15_000;

/** Opens the way to one server; nothing is asked yet. */
export function createHttpLine({ url, user, password, maxAnswerBytes, clock }: HttpLineOptions): HttpLine {
  const base = new URL(url);
  const secure = base.protocol === 'https:';
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const request = secure ? httpsRequest : httpRequest;
  const closing = new AbortController();
  const login = user === undefined ? null : `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

  function once(target: URL, order: HttpOrder, signal: AbortSignal): Promise<IncomingMessage> {
    const body = order.body === undefined ? null : Buffer.from(JSON.stringify(order.body));
    return new Promise((resolve, reject) => {
      const asked = request(target, {
        method: order.method,
        agent,
        signal,
        headers: {
          accept: 'application/json',
          ...(body === null ? {} : { 'content-type': 'application/json', 'content-length': body.length }),
          ...(login === null ? {} : { authorization: login }),
        },
      });
      asked.once('socket', (socket) => socket.setKeepAlive(true, KEEP_ALIVE_MS));
      asked.once('response', resolve);
      asked.once('error', reject);
      asked.end(body ?? undefined);
    });
  }

  async function follow(order: HttpOrder, signal: AbortSignal): Promise<HttpAnswer> {
    let target = new URL(`${base.href.replace(/\/+$/, '')}${order.path}`);
    for (let redirects = 0; ; redirects += 1) {
      const response = await once(target, order, signal);
      const { statusCode: status = 0, headers } = response;
      const next = (status === 307 || status === 308) && redirects < MAX_REDIRECTS ? headers.location : undefined;
      const text = await readText(response, maxAnswerBytes);
      const moved = next === undefined || !URL.canParse(next, target.href) ? null : new URL(next, target);
      // Only within the configured server: the password goes nowhere else.
      if (moved === null || moved.origin !== base.origin) {
        return { status, retryAfter: headers['retry-after'] ?? null, text };
      }
      target = moved;
    }
  }

  return {
    async ask(order) {
      order.signal.throwIfAborted();
      const late = new AbortController();
      const done = new AbortController();
      if (order.timeoutMs !== null) {
        sleep(clock, order.timeoutMs, done.signal).then(
          () => late.abort(),
          () => undefined, // answered in time
        );
      }
      try {
        return await follow(order, AbortSignal.any([order.signal, late.signal, closing.signal]));
      } catch (thrown) {
        order.signal.throwIfAborted();
        if (thrown instanceof LineError) throw thrown;
        throw new LineError(late.signal.aborted ? 'late' : 'broken', thrown);
      } finally {
        done.abort();
      }
    },
    close() {
      closing.abort();
      agent.destroy();
    },
  };
}

async function readText(response: IncomingMessage, maxBytes: number): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > maxBytes) {
      response.destroy();
      throw new LineError('too-large');
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
