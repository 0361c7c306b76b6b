import * as z from 'zod';
import type { Answer } from '../../dialect.js';
import { ERRORS, type RendercastError } from '../../errors.js';

/** Every refusal over HTTP: what was wrong, beginning with the field where there is one. */
export const refusalSchema = z.object({ detail: z.string() }).meta({ id: 'ProgressFeedRefusal' });

/** Writes an error over HTTP. Whatever cannot be understood is 422; a job that has ended cannot be cancelled: 400. */
export function progressFeedError(error: RendercastError): { status: number; body: z.infer<typeof refusalSchema> } {
  return { status: statusOf(error), body: { detail: wordsOf(error) } };
}

function statusOf({ code, status }: RendercastError): number {
  if (code === 'invalid_request') return 422;
  return code === 'already_ended' ? 400 : status;
}

/** The error in words; what went wrong inside is for the log. */
export function wordsOf({ code, message, field }: RendercastError): string {
  if (code === 'internal') return ERRORS.internal.means;
  return field === undefined || message.includes(field) ? message : `${field}: ${message}`;
}

const refusal = (description: string): Answer => ({ description, schema: refusalSchema });

/** The refusals that every submission may get. */
export const submitRefusals: Record<number, Answer> = {
  422: refusal('A field has a value that cannot be taken; `detail` names it.'),
  429: refusal('Too many jobs are waiting.'),
  503: refusal('Nothing can be stored right now, or the server goes down.'),
};

/** The refusal of an id that names nothing. */
export const unknownJob: Record<number, Answer> = { 404: refusal('There is no such job within reach.') };

/** The refusal of a cancel that comes too late. */
export const tooLate: Record<number, Answer> = { 400: refusal('The job has ended.') };
