import * as z from 'zod';
import { CallError, type HttpAnswer, type HttpCall, type HttpCaller } from './http-call.js';
import {
  acceptedSchema,
  type ClassInfo,
  classInfoSchema,
  execInfoSchema,
  type Graph,
  type HistoryEntry,
  historySchema,
  type NodeErrors,
  type QueueAnswer,
  queueSchema,
  type Refusal,
  refusalSchema,
  statsSchema,
  uploadedSchema,
  type WireFile,
} from './wire.js';

/** An answer that is none of those that this call has. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';

  constructor(
    readonly status: number,
    readonly path: string,
    readonly retryAfterMs?: number,
  ) {
    super(`the server answered ${path} with ${status}`);
  }
}

export interface PromptOrder {
  prompt: Graph;
  prompt_id: string;
  client_id: string;
  extra_data: Record<string, unknown>;
}

/** How a prompt was taken: with nodes that were left out, or refused. */
export type PromptAnswer = { taken: true; nodeErrors: NodeErrors } | { taken: false; refusal: Refusal };

/** The routes that are used, each with its own time limit. All throw `CallError` or `AnswerError`. */
export interface ServerApi {
  postPrompt(order: PromptOrder): Promise<PromptAnswer>;
  queue(signal?: AbortSignal): Promise<QueueAnswer>;
  /** Null: the prompt is not over, or not known. */
  history(promptId: string, signal?: AbortSignal): Promise<HistoryEntry | null>;
  /** Prompts that wait or run, of whomever. */
  queueLength(signal?: AbortSignal): Promise<number>;
  deletePending(promptId: string, signal?: AbortSignal): Promise<void>;
  interrupt(promptId: string, signal?: AbortSignal): Promise<void>;
  /** Null: there is no such file any more. */
  view(file: WireFile, signal: AbortSignal): Promise<{ bytes: Buffer; contentType: string } | null>;
  /** Uploads a picture and answers the name under which graphs find it. */
  upload(name: string, bytes: Uint8Array, signal: AbortSignal): Promise<string>;
  version(signal?: AbortSignal): Promise<string | null>;
  /** Null: no such class is installed. */
  classInfo(name: string, signal?: AbortSignal): Promise<ClassInfo | null>;
}

/** Longest waits in milliseconds: for small answers, for taking a prompt (a long graph is checked), and for files. */
export interface Patience {
  smallMs: number;
  promptMs: number;
  fileMs: number;
}

const SUBFOLDER = 'rendercast';

/** The server's routes over one caller. */
export function createServerApi(caller: HttpCaller, patience: Patience): ServerApi {
  const json = (value: unknown): NonNullable<HttpCall['body']> => ({
    bytes: Buffer.from(JSON.stringify(value)),
    contentType: 'application/json',
  });
  async function get<T>(path: string, schema: z.ZodType<T>, signal?: AbortSignal): Promise<T> {
    const answer = await caller.call(path, { timeoutMs: patience.smallMs, signal });
    if (answer.status !== 200) throw new AnswerError(answer.status, path, answer.retryAfterMs);
    return parse(answer, path, schema);
  }
  async function tell(path: string, body: unknown, signal?: AbortSignal): Promise<void> {
    const call = { method: 'POST', body: json(body), timeoutMs: patience.smallMs, signal } as const;
    const { status } = await caller.call(path, call);
    if (status !== 200) throw new AnswerError(status, path);
  }

  return {
    async postPrompt(order) {
      const call = { method: 'POST', body: json(order), timeoutMs: patience.promptMs } as const;
      const answer = await caller.call('/prompt', call);
      if (answer.status === 400) return { taken: false, refusal: parse(answer, '/prompt', refusalSchema) };
      if (answer.status !== 200) throw new AnswerError(answer.status, '/prompt', answer.retryAfterMs);
      return { taken: true, nodeErrors: parse(answer, '/prompt', acceptedSchema).node_errors ?? {} };
    },
    queue: (signal) => get('/queue', queueSchema, signal),
    async history(promptId, signal) {
      const entries = await get(`/history/${encodeURIComponent(promptId)}`, historySchema, signal);
      return entries[promptId] ?? null;
    },
    queueLength: async (signal) => (await get('/prompt', execInfoSchema, signal)).exec_info.queue_remaining,
    deletePending: (promptId, signal) => tell('/queue', { delete: [promptId] }, signal),
    interrupt: (promptId, signal) => tell('/interrupt', { prompt_id: promptId }, signal),
    async view({ filename, subfolder, type }, signal) {
      const path = `/view?${new URLSearchParams({ filename, subfolder, type })}`;
      const answer = await caller.call(path, { timeoutMs: patience.fileMs, signal });
      if (answer.status === 404) return null;
      if (answer.status !== 200) throw new AnswerError(answer.status, '/view', answer.retryAfterMs);
      return { bytes: answer.bytes, contentType: answer.contentType };
    },
    async upload(name, bytes, signal) {
      const body = uploadForm(name, bytes);
      const call = { method: 'POST', body, timeoutMs: patience.fileMs, signal } as const;
      const answer = await caller.call('/upload/image', call);
      if (answer.status !== 200) throw new AnswerError(answer.status, '/upload/image', answer.retryAfterMs);
      const stored = parse(answer, '/upload/image', uploadedSchema);
      return stored.subfolder === '' ? stored.name : `${stored.subfolder}/${stored.name}`;
    },
    version: async (signal) => (await get('/system_stats', statsSchema, signal)).system.comfyui_version ?? null,
    async classInfo(name, signal) {
      const path = `/object_info/${encodeURIComponent(name)}`;
      const found = await get(path, z.record(z.string(), classInfoSchema), signal);
      return found[name] ?? null;
    },
  };
}

function parse<T>(answer: HttpAnswer, path: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(answer.bytes.toString('utf8')));
  } catch (cause) {
    throw new CallError(`the answer to ${path} is not what this server answers`, true, cause);
  }
}

/** A form with one picture. Its name is ours, so that nothing in it needs quoting. */
function uploadForm(name: string, bytes: Uint8Array): NonNullable<HttpCall['body']> {
  const boundary = 'rendercast-0d2f7c1b9a';
  const field = (key: string, value: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`;
  const head =
    field('type', 'input') +
    field('subfolder', SUBFOLDER) +
    field('overwrite', 'true') +
    `--${boundary}\r\ncontent-disposition: form-data; name="image"; filename="${name}"\r\ncontent-type: image/png\r\n\r\n`;
  return {
    bytes: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    contentType: `multipart/form-data; boundary=${boundary}`,
  };
}
