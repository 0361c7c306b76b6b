import { RendercastError } from '@rendercast/protocol/rendercast-error';
import { backoffMs } from './backoff.js';
import { createDeadline } from './deadline.js';
import { errorOf, errorOfWay } from './http-error.js';
import type { Settings } from './options.js';
import { wait } from './wait.js';

/** Longest wait that a server may ask for before a request is given up instead: a caller is waiting. */
const PATIENCE_MS = 60_000;

/** Query parameters: lists are joined by commas, absent ones left out. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** One request. */
export interface HttpRequest {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the server's address, without a leading slash. */
  path: string;
  query?: Query | undefined;
  headers?: Record<string, string> | undefined;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  body?: BodyInit;
  signal?: AbortSignal | undefined;
  /** How long until an answer must be there. Default: `timing.requestMs`. */
  withinMs?: number;
  /** How often it is tried in all. Default: `timing.attempts`; 1 for what must not be repeated. */
  attempts?: number;
}

/** Requests with key, time limit and repetition. Every failure is a `RendercastError`, or the signal's reason. */
export interface Http {
  /** Sends it and reads the answer as JSON; undefined for an empty one. */
  json<T>(request: HttpRequest): Promise<T>;
  /** Sends it and hands out the answer once its head is there; the signal covers the body too. */
  open(request: HttpRequest): Promise<Response>;
  /** The address of a path, or of an address that an answer carried. */
  resolve(path: string, query?: Query): URL;
  /** A fresh key, if there is one. */
  token(signal: AbortSignal): Promise<string | undefined>;
}

/** Makes the HTTP side of a client; all requests end when `closed` aborts. */
export function createHttp(settings: Settings, closed: AbortSignal): Http {
  const { apiKey, timing } = settings;
  const backoff = { baseMs: timing.retryBaseMs, maxMs: timing.retryMaxMs };

  function resolve(path: string, query: Query = {}): URL {
    const url = new URL(path.replace(/^\//, ''), settings.url);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    return url;
  }

  async function token(signal: AbortSignal): Promise<string | undefined> {
    return typeof apiKey === 'function' ? await apiKey(signal) : apiKey;
  }

  async function once<T>(
    request: HttpRequest & { signal: AbortSignal },
    read: ((response: Response) => Promise<T>) | null,
  ): Promise<T> {
    const deadline = createDeadline(request.withinMs ?? timing.requestMs, request.signal);
    const { method = 'GET', json, body, headers } = request;
    const url = resolve(request.path, request.query);
    let done = deadline.release;
    try {
      // The key is for this server only, whatever address an answer carried.
      const key = url.origin === settings.url.origin ? await token(deadline.signal) : undefined;
      const response = await settings.fetch(url, {
        method,
        cache: 'no-store',
        headers: {
          ...(key && { authorization: `Bearer ${key}` }),
          ...(json !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        body: json === undefined ? (body ?? null) : JSON.stringify(json),
        signal: deadline.signal,
      });
      if (!response.ok) throw await errorOf(response);
      if (read === null) {
        done = deadline.disarm;
        return response as T;
      }
      return await read(response);
    } catch (error) {
      request.signal.throwIfAborted();
      throw errorOfWay(deadline.signal.aborted ? deadline.signal.reason : error);
    } finally {
      done();
    }
  }

  async function repeat<T>(asked: HttpRequest, read: ((response: Response) => Promise<T>) | null): Promise<T> {
    const signal = asked.signal === undefined ? closed : AbortSignal.any([asked.signal, closed]);
    const request = { ...asked, signal };
    const attempts = request.attempts ?? timing.attempts;
    let refreshed = false;
    for (let failures = 1; ; failures += 1) {
      try {
        return await once(request, read);
      } catch (error) {
        if (!(error instanceof RendercastError)) throw error;
        // A key that expired between two attempts: the function gives another.
        if (error.code === 'unauthorized' && typeof apiKey === 'function' && !refreshed) {
          refreshed = true;
          continue;
        }
        const askedMs = error.retryAfterMs ?? 0;
        if (failures >= attempts || !mayPass(error) || askedMs > PATIENCE_MS) throw error;
        await wait(Math.max(askedMs, backoffMs(failures, backoff)), signal);
      }
    }
  }

  return {
    resolve,
    token,
    json: <T>(request: HttpRequest) => repeat<T>(request, readJson),
    open: (request) => repeat(request, null),
  };
}

/** Whether nothing was done and trying again may help. */
function mayPass({ code, retryable, status }: RendercastError): boolean {
  return retryable && (status === 503 || code === 'too_many_requests');
}

async function readJson<T>(response: Response): Promise<T> {
  return (response.status === 204 ? undefined : await response.json()) as T;
}
