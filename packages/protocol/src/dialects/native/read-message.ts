import type * as z from 'zod';
import { RendercastError } from '../../errors.js';

/** What a text or binary frame of a client turned out to be. */
export type Read<T> = { message: T } | { error: RendercastError; ref: string | null };

/** Reads frames of one socket's language. Extra keys are ignored; what cannot be understood is an answerable error. */
export function createMessageReader<T extends { type: string }>(
  schema: z.ZodType<T>,
  types: readonly T['type'][],
): (data: string | Uint8Array) => Read<T> {
  const known = new Set<string>(types);
  const listed = `${types.slice(0, -1).join(', ')} or ${types.at(-1)}`;
  return (data) => {
    if (typeof data !== 'string') return unread('Messages to this socket are text; this one was binary.');
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch {
      return unread('The message is not JSON.');
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return unread('The message is not a JSON object.');
    const ref = 'ref' in value && typeof value.ref === 'string' && value.ref.length <= 64 ? value.ref : null;
    const type = 'type' in value ? value.type : undefined;
    if (typeof type !== 'string' || !known.has(type))
      return unread(`The message has no type that this socket knows: ${listed}.`, ref);
    const parsed = schema.safeParse(value);
    return parsed.success ? { message: parsed.data } : { error: fieldError(parsed.error), ref };
  };
}

function unread(message: string, ref: string | null = null): { error: RendercastError; ref: string | null } {
  return { error: new RendercastError('invalid_request', message), ref };
}

function fieldError(error: z.ZodError): RendercastError {
  const issue = error.issues[0];
  const field = issue?.path.map(String).join('.') ?? '';
  const message = `${field === '' ? 'The message' : field}: ${issue?.message ?? 'not valid'}`;
  return new RendercastError('invalid_field', message, field === '' ? {} : { field });
}
