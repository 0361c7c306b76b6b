import * as z from 'zod';
import type { Answer } from '../../dialect.js';
import { ERRORS, type RendercastError } from '../../errors.js';

/** Every refusal over HTTP, under both names that pages read; it begins with the field where there is one. */
export const refusalSchema = z.object({ detail: z.string(), error: z.string() }).meta({ id: 'ArtistSessionRefusal' });

/** Writes an error over HTTP. What cannot be understood is 422; a session that has ended is no longer to be found. */
export function artistSessionError(error: RendercastError): { status: number; body: z.infer<typeof refusalSchema> } {
  const words = wordsOf(error);
  return { status: statusOf(error), body: { detail: words, error: words } };
}

function statusOf({ code, status }: RendercastError): number {
  if (code === 'invalid_request') return 422;
  return code === 'already_ended' ? 404 : status;
}

/** The error in words; what went wrong inside is for the log. */
function wordsOf({ code, message, field }: RendercastError): string {
  if (code === 'internal') return ERRORS.internal.means;
  return field === undefined || message.includes(field) ? message : `${field}: ${message}`;
}

const refusal = (description: string): Answer => ({ description, schema: refusalSchema });

/** The refusals that a submission may get. */
export const submitRefusals: Record<number, Answer> = {
  409: refusal('The session id is in use.'),
  422: refusal('A field has a value that cannot be taken; `detail` names it.'),
  429: refusal('Too many jobs are waiting.'),
  503: refusal('Nothing can be stored right now, or the server goes down.'),
};

/** The refusal of a name that names nothing. */
export const unknown: Record<number, Answer> = { 404: refusal('There is no such thing within reach.') };
/** The refusal of a removal that comes too early. */
export const tooEarly: Record<number, Answer> = { 409: refusal('The session must end first.') };
