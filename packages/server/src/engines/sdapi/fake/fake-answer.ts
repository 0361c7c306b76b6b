import type { Kind } from './server-state.js';

/** What goes over the wire: a status and a body, JSON unless it is text. */
export interface FakeAnswer {
  status: number;
  json?: unknown;
  text?: string;
  headers?: Record<string, string>;
}

/** The envelope in which each kind tells an exception. */
export function exceptionAnswer(kind: Kind, status: number, error: string, detail: string): FakeAnswer {
  if (kind === 'sdnext') return { status, json: { error, code: status, detail, body: '', errors: detail } };
  if (kind === 'forge') return { status, json: { error, detail: '', body: '', message: detail } };
  return { status, json: { error, detail: status === 500 ? '' : detail, body: '', errors: detail } };
}

/** FastAPI's form for fields of the wrong type. */
export function fieldAnswer(field: string, input: unknown): FakeAnswer {
  const issue = { type: 'int_parsing', loc: ['body', field], msg: 'Input should be a valid integer', input };
  return { status: 422, json: { detail: [issue] } };
}

/** How each kind refuses a sampler that it does not know. */
export function samplerAnswer(kind: Kind): FakeAnswer {
  if (kind === 'sdnext') return exceptionAnswer(kind, 404, 'HTTPException', 'Sampler not found');
  return exceptionAnswer(kind, 400, 'HTTPException', 'Sampler not found');
}
