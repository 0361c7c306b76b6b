import * as z from 'zod';
import type { Answer } from '../../dialect.js';
import { ERRORS, type RendercastError } from '../../errors.js';
import { errorCodeSchema, type MessageErrorCode } from './messages.js';

/** Every refusal over HTTP; `detail` begins with the field where there is one. */
export const refusalSchema = z
  .object({ detail: z.string(), error_code: errorCodeSchema, message: z.string() })
  .meta({ id: 'MusicRenderRefusal' });
export type Refusal = z.infer<typeof refusalSchema>;

/** Writes an error over HTTP. What cannot be understood is 422. */
export function musicRenderError(error: RendercastError): { status: number; body: Refusal } {
  const status = error.code === 'invalid_request' ? 422 : error.status;
  return { status, body: refusal(codeOf(error), wordsOf(error)) };
}

export function refusal(error_code: MessageErrorCode, words: string): Refusal {
  return { detail: words, error_code, message: words };
}

/** The error as clients tell errors apart. */
export function codeOf({ code, status }: RendercastError): MessageErrorCode {
  if (code === 'invalid_field') return 'VALIDATION_ERROR';
  return status < 500 && status !== 429 ? 'INVALID_REQUEST' : 'SERVER_ERROR';
}

/** The error in words; what went wrong inside is for the log. */
export function wordsOf({ code, message, field }: RendercastError): string {
  if (code === 'internal') return ERRORS.internal.means;
  return field === undefined || message.includes(field) ? message : `${field}: ${message}`;
}

const answer = (description: string): Answer => ({ description, schema: refusalSchema });

/** The refusals that a render may get. */
export const renderRefusals: Record<number, Answer> = {
  422: answer('The plan cannot be read or rendered; `detail` names the field.'),
  429: answer('Too many renders are waiting.'),
  500: answer('The render has failed or was cancelled; `detail` says why.'),
  503: answer('Nothing can be stored right now, or the server goes down.'),
};
/** The refusals of a plan. */
export const planRefusals: Record<number, Answer> = {
  422: answer('The wish cannot be met; `detail` names the field.'),
};
/** The refusal of a name or id that names nothing. */
export const unknown: Record<number, Answer> = { 404: answer('There is no such thing within reach.') };
