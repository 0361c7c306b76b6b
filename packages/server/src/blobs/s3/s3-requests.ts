import { createHash } from 'node:crypto';
import { Agent, type IncomingMessage } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { type Clock, sleep } from '../../clock.js';
import type { AddressOf } from './s3-address.js';
import { faultOf, header, textOf } from './s3-answer.js';
import { exchange } from './s3-exchange.js';
import { S3Fault } from './s3-fault.js';
import type { S3Settings } from './s3-options.js';
import type { Signing } from './s3-signing.js';

/** What is asked of the storage. */
export interface S3Request {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** With the prefix; null: the bucket itself. */
  key: string | null;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Uint8Array;
  /** SHA-256 of the body, hexadecimal, where it is known already. */
  bodyDigest?: string;
  signal: AbortSignal;
}

/** An answer that was read to its end. */
export interface S3Answer {
  status: number;
  text: string;
  header(name: string): string | null;
}

/** Asks the storage, again and again where that helps. All throw S3Fault, or the signal's reason. */
export interface Requests {
  /** Asks and reads the answer whole. */
  ask(request: S3Request): Promise<S3Answer>;
  /** Asks once and hands out the answer unread, which the caller reads or destroys. */
  open(request: S3Request): Promise<IncomingMessage>;
  /** Waits before a try. @param failed how many have failed so far */
  pause(failed: number, fault: S3Fault, signal: AbortSignal): Promise<void>;
  close(): void;
}

const NO_BYTES = new Uint8Array();
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
/** A line slower than this cannot carry an upload: 64 KB/s, in bytes per millisecond. */
const SLOWEST_LINE = 64;

export function createRequests(settings: S3Settings, addressOf: AddressOf, signing: Signing, clock: Clock): Requests {
  const { silentMs, tries, maxConnections } = settings;
  const options = { keepAlive: true, maxSockets: maxConnections };
  const agent = new URL(settings.endpoint).protocol === 'https:' ? new TlsAgent(options) : new Agent(options);

  async function send(request: S3Request): Promise<IncomingMessage> {
    const { method, key, query = {}, headers = {}, signal } = request;
    const url = addressOf(key);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const body = request.body ?? (method === 'PUT' || method === 'POST' ? NO_BYTES : null);
    const digest = request.bodyDigest ?? digestOf(body ?? NO_BYTES);
    // Signed anew for each try: a signature is good for some minutes only.
    const signed = await signing.sign(method, url, headers, digest);
    const withinMs = silentMs + (body?.length ?? 0) / SLOWEST_LINE;
    const answer = await exchange({ ...signed, method, body, agent, silentMs, withinMs, signal });
    const status = answer.statusCode ?? 0;
    if (status >= 200 && status < 300) return answer;
    throw faultOf(answer, await textOf(answer, silentMs, signal), clock.now());
  }

  async function askOnce(request: S3Request): Promise<S3Answer> {
    const answer = await send(request);
    const text = await textOf(answer, silentMs, request.signal);
    // An upload of many parts is put together after the status went out: what went wrong then is in the body.
    if (text.includes('<Error>')) throw faultOf(answer, text, clock.now());
    return { status: answer.statusCode ?? 0, text, header: (name) => header(answer, name) };
  }

  /** Spread by chance: nodes that were turned away together do not come back together. */
  async function pause(failed: number, fault: S3Fault, signal: AbortSignal): Promise<void> {
    const mostMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failed);
    await sleep(clock, Math.max(fault.details.retryAfterMs ?? 0, mostMs * (0.5 + Math.random() / 2)), signal);
  }

  return {
    pause,
    open: send,
    async ask(request) {
      for (let failed = 1; ; failed++) {
        try {
          return await askOnce(request);
        } catch (thrown) {
          if (!(thrown instanceof S3Fault) || !thrown.details.passing || failed >= tries) throw thrown;
          await pause(failed, thrown, request.signal);
        }
      }
    },
    close: () => agent.destroy(),
  };
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
