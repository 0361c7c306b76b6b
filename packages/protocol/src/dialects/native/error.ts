import * as z from 'zod';
import type { Answer } from '../../dialect.js';
import { ERRORS, type ErrorBody, type ErrorCode, errorBodyOf, type RendercastError } from '../../errors.js';

/** Every HTTP answer that is no success: the error, and the id under which the server's log speaks of it. */
export const errorAnswerSchema = z
  .object({
    error: z.object({
      code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
      message: z.string(),
      retryable: z.boolean(),
      field: z.string().optional(),
      retryAfterMs: z.number().optional(),
    }),
    requestId: z.string(),
  })
  .meta({ id: 'ErrorAnswer' });
export interface ErrorAnswer {
  error: ErrorBody;
  requestId: string;
}

/** The error as it leaves: what went wrong inside is for the log, so `internal` always speaks the table's words. */
export function outwardError(error: RendercastError): ErrorBody {
  const body = errorBodyOf(error);
  return error.code === 'internal' ? { ...body, message: ERRORS.internal.means } : body;
}

/** Writes an error over HTTP. */
export function nativeError(error: RendercastError, requestId: string): { status: number; body: ErrorAnswer } {
  return { status: error.status, body: { error: outwardError(error), requestId } };
}

/** Documents the refusals of a route: answers by status, each naming its codes. */
export function refusals(...codes: ErrorCode[]): Record<number, Answer> {
  const byStatus = new Map<number, string[]>();
  for (const code of codes) {
    const { status, means } = ERRORS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), `\`${code}\`: ${means}`]);
  }
  const answers: Record<number, Answer> = {};
  for (const [status, lines] of byStatus) answers[status] = { description: lines.join(' '), schema: errorAnswerSchema };
  return answers;
}
