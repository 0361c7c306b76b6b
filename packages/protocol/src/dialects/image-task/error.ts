import * as z from 'zod';
import type { Answer } from '../../dialect.js';
import { ERRORS, type RendercastError } from '../../errors.js';

/** Every refusal over HTTP: pages look at `success` and show `message`, whatever the status. */
export const refusalSchema = z
  .object({ success: z.literal(false), message: z.string(), detail: z.string() })
  .meta({ id: 'ImageTaskRefusal' });

/** Writes an error over HTTP. What cannot be understood is 422. */
export function imageTaskError(error: RendercastError): { status: number; body: z.infer<typeof refusalSchema> } {
  const words = wordsOf(error);
  const status = error.code === 'invalid_request' ? 422 : error.status;
  return { status, body: { success: false, message: words, detail: words } };
}

/** The error in words; what went wrong inside is for the log. */
function wordsOf({ code, message, field }: RendercastError): string {
  if (code === 'internal') return ERRORS.internal.means;
  return field === undefined || message.includes(field) ? message : `${field}: ${message}`;
}

const refusal = (description: string): Answer => ({ description, schema: refusalSchema });

/** The refusals that a submission may get. */
export const generateRefusals: Record<number, Answer> = {
  409: refusal('The task id is in use by another request that has not finished.'),
  422: refusal('A field has a value that cannot be taken; `detail` names it.'),
  429: refusal('Too many tasks are waiting.'),
  503: refusal('Nothing can be stored right now, or the server goes down.'),
};
