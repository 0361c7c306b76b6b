import * as z from 'zod';
import { type Result, resultSchema } from './result.js';
import { STAGES, type StageName, type Standing } from './stages.js';

/** The id of the render, once there is one: with it a client that lost its socket asks on. */
const request = { request_id: z.string().optional() };

/** How far the render has come. */
export const progressSchema = z.object({
  type: z.literal('progress'),
  stage: z.enum(Object.keys(STAGES) as [StageName, ...StageName[]]),
  progress_percent: z.int().min(0).max(100),
  message: z.string(),
  timestamp: z.string(),
  ...request,
});

/** What kinds of failure clients tell apart. */
export const errorCodeSchema = z.enum(['INVALID_REQUEST', 'VALIDATION_ERROR', 'SERVER_ERROR']);
export type MessageErrorCode = z.infer<typeof errorCodeSchema>;

/** Why there is no song; the socket closes after it. */
export const errorMessageSchema = z.object({
  type: z.literal('error'),
  error_code: errorCodeSchema,
  message: z.string(),
  timestamp: z.string(),
  ...request,
});

/** The song; the socket closes after it. */
export const resultMessageSchema = z.object({ type: z.literal('result'), data: resultSchema, ...request });

/** Everything that the server says. */
export const serverMessageSchema = z.discriminatedUnion('type', [
  progressSchema,
  errorMessageSchema,
  resultMessageSchema,
]);

const idOf = (requestId: string | null) => (requestId === null ? {} : { request_id: requestId });

export function progressMessage({ stage, percent, message }: Standing, at: string, requestId: string | null): string {
  const said = { type: 'progress' as const, stage, progress_percent: percent, message, timestamp: at };
  return JSON.stringify({ ...said, ...idOf(requestId) } satisfies z.input<typeof progressSchema>);
}

export function errorMessage(code: MessageErrorCode, message: string, at: string, requestId: string | null): string {
  const said = { type: 'error' as const, error_code: code, message, timestamp: at };
  return JSON.stringify({ ...said, ...idOf(requestId) } satisfies z.input<typeof errorMessageSchema>);
}

export function resultMessage(data: Result): string {
  return JSON.stringify({ type: 'result', data, request_id: data.request_id } satisfies z.input<
    typeof resultMessageSchema
  >);
}
