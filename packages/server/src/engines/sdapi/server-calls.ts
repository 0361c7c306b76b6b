import type * as z from 'zod';
import { type HttpAnswer, type HttpLine, LineError } from './http-line.js';
import {
  controlModelsSchema,
  controlModulesSchema,
  type GlobalProgress,
  globalProgressSchema,
  type Model,
  modelsSchema,
  pendingTasksSchema,
  readJson,
  samplersSchema,
  type TaskProgress,
  taskProgressSchema,
} from './wire.js';

/** The server answered, but not with what was asked for. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
  readonly status: number;
  constructor(status: number) {
    super(`unexpected answer: ${status}`);
    this.status = status;
  }
}

/** The questions that can be put to a server of this family. Each throws LineError or AnswerError. */
export interface ServerCalls {
  /** Status of a route: 404 says that this server does not have it. */
  look(path: string, signal: AbortSignal): Promise<number>;
  progress(withPicture: boolean, signal: AbortSignal): Promise<GlobalProgress>;
  /** One task; `pictureNo` is the last picture that was seen, null: no picture is wanted. */
  task(id: string, pictureNo: number | null, signal: AbortSignal): Promise<TaskProgress>;
  /** Tasks that wait behind the running one. */
  pending(signal: AbortSignal): Promise<number>;
  interrupt(signal: AbortSignal): Promise<void>;
  models(signal: AbortSignal): Promise<Model[]>;
  samplers(signal: AbortSignal): Promise<string[]>;
  controls(signal: AbortSignal): Promise<{ models: string[]; modules: string[] } | null>;
  /** Makes pictures; answers whatever the server answers, however late. */
  generate(path: string, body: unknown, signal: AbortSignal): Promise<HttpAnswer>;
}

/** The questions over one line; each but generation is answered within `answerMs` or not at all. */
export function createServerCalls(line: HttpLine, answerMs: number): ServerCalls {
  async function read<T>(
    schema: z.ZodType<T>,
    order: { method: 'GET' | 'POST'; path: string; body?: unknown },
    signal: AbortSignal,
  ): Promise<T> {
    const { status, text } = await line.ask({ ...order, timeoutMs: answerMs, signal });
    const parsed = status === 200 ? readJson(schema, text) : null;
    if (parsed === null) throw new AnswerError(status);
    return parsed;
  }
  const get = <T>(schema: z.ZodType<T>, path: string, signal: AbortSignal) =>
    read(schema, { method: 'GET', path }, signal);

  return {
    async look(path, signal) {
      return (await line.ask({ method: 'GET', path, timeoutMs: answerMs, signal })).status;
    },
    progress: (withPicture, signal) =>
      get(globalProgressSchema, `/sdapi/v1/progress?skip_current_image=${!withPicture}`, signal),
    task: (id, pictureNo, signal) =>
      read(
        taskProgressSchema,
        {
          method: 'POST',
          path: '/internal/progress',
          body: { id_task: id, id_live_preview: pictureNo ?? -1, live_preview: pictureNo !== null },
        },
        signal,
      ),
    pending: async (signal) => (await get(pendingTasksSchema, '/internal/pending-tasks', signal)).size,
    async interrupt(signal) {
      const { status } = await line.ask({
        method: 'POST',
        path: '/sdapi/v1/interrupt',
        timeoutMs: answerMs,
        signal,
      });
      if (status >= 300) throw new AnswerError(status);
    },
    models: (signal) => orNone(get(modelsSchema, '/sdapi/v1/sd-models', signal)),
    samplers: async (signal) =>
      (await orNone(get(samplersSchema, '/sdapi/v1/samplers', signal))).map(({ name }) => name),
    async controls(signal) {
      const models = await orNull(get(controlModelsSchema, '/controlnet/model_list', signal));
      const modules = await orNull(get(controlModulesSchema, '/controlnet/module_list', signal));
      return models === null ? null : { models: models.model_list, modules: modules?.module_list ?? [] };
    },
    generate: (path, body, signal) => line.ask({ method: 'POST', path, body, timeoutMs: null, signal }),
  };
}

/** A list that a server does not have is empty. */
const orNone = async <T>(asked: Promise<T[]>): Promise<T[]> => (await orNull(asked)) ?? [];

async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (thrown) {
    if (thrown instanceof LineError || (thrown instanceof AnswerError && thrown.status === 401)) throw thrown;
    if (thrown instanceof AnswerError) return null;
    throw thrown;
  }
}
