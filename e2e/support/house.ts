import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { createSilentLogger, loadConfig, type RunningServer, type SettingName, startServer } from '@rendercast/server';
import type * as z from 'zod';

/** A whole server in this process, on a free port and in a folder of its own. */
export interface House {
  url: string;
  dataDir: string;
  server: RunningServer;
  /** Calls the API; a body that is no string or bytes is sent as JSON. */
  call(path: string, options?: CallOptions): Promise<Answer>;
  stop(): Promise<void>;
}

export interface CallOptions {
  method?: string;
  body?: unknown;
  key?: string;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  bytes: Uint8Array;
  text: string;
  /** The body by its schema; throws when it is another. */
  as<T>(schema: z.ZodType<T>): T;
  /** The code of an error answer; 'none' for any other. */
  code: string;
}

/** Starts a server. Settings win over what tests want by default. */
export async function startHouse(
  settings: Partial<Record<SettingName, unknown>> = {},
  studioDir: string | null = null,
): Promise<House> {
  const dataDir = (settings.dataDir as string | undefined) ?? (await mkdtemp(join(tmpdir(), 'rendercast-house-')));
  const config = loadConfig({ port: 0, imageThreads: 1, ...settings, dataDir }, {});
  const server = await startServer({ config, logger: createSilentLogger(), studioDir });
  const url = (server.urls[0] ?? '').replace('localhost', '127.0.0.1');
  return {
    url,
    dataDir,
    server,
    call: (path, options) => call(url, path, options),
    async stop() {
      await server.stop();
      if (settings.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Calls the API of a server. */
export async function call(url: string, path: string, options: CallOptions = {}): Promise<Answer> {
  const { method = options.body === undefined ? 'GET' : 'POST', body, key, headers = {} } = options;
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = new TextDecoder().decode(bytes);
  const error = response.ok ? null : errorAnswerSchema.safeParse(parsed(text)).data;
  return {
    status: response.status,
    headers: response.headers,
    bytes,
    text,
    as: (schema) => schema.parse(parsed(text)),
    code: error?.error.code ?? 'none',
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Waits until something is there; says what it waited for when it never comes. */
export async function until<T>(
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  whatFor: string,
  withinMs = 15_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`waited ${withinMs} ms in vain for ${whatFor}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A rehearsal job: fast unless told otherwise. */
export function rehearsal(
  script: Record<string, unknown> = {},
  rest: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    kind: 'image',
    engine: 'rehearsal',
    request: { prompt: 'a rehearsal', steps: 3, extra: { rehearsal: { stepMs: 5, ...script } } },
    ...rest,
  };
}
