import { type Dialect, ERRORS, type ErrorCode, RendercastError } from '@rendercast/protocol';
import { refusalSchema as artistSession } from '@rendercast/protocol/dialects/artist-session/error';
import { refusalSchema as imageTask } from '@rendercast/protocol/dialects/image-task/error';
import { refusalSchema as musicRender } from '@rendercast/protocol/dialects/music-render/error';
import { errorAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { refusalSchema as progressFeed } from '@rendercast/protocol/dialects/progress-feed/error';
import type * as z from 'zod';

/** How each dialect documents its refusals; `strict`: with these keys and no others. */
const FORMS: Readonly<Record<string, z.ZodObject>> = {
  native: errorAnswerSchema,
  'image-task': imageTask,
  'artist-session': artistSession,
  'progress-feed': progressFeed,
  'music-render': musicRender,
};

/** Statuses by dialect that the table of errors leads to in its form. */
const statuses = new Map<string, ReadonlySet<number>>();

function statusesOf(dialect: Dialect): ReadonlySet<number> {
  const known = statuses.get(dialect.name);
  if (known !== undefined) return known;
  const codes = Object.keys(ERRORS) as ErrorCode[];
  const made = new Set(codes.map((code) => dialect.error(new RendercastError(code), 'r').status));
  statuses.set(dialect.name, made);
  return made;
}

/** What is wrong with a refusal that should be in the form of this dialect, and in the table; null: nothing. */
export function refusalFault(dialect: Dialect, status: number, body: string): string | null {
  const form = FORMS[dialect.name];
  if (form === undefined) return `nobody knows how ${dialect.name} refuses`;
  const parsed = form.strict().safeParse(parsedJson(body));
  if (!parsed.success) return `${status} without a refusal in the form of ${dialect.name}: ${body.slice(0, 200)}`;
  if (!statusesOf(dialect).has(status)) return `${status} is no status of the table: ${body.slice(0, 200)}`;
  if (body.includes(ERRORS.internal.means)) return `internal: ${body.slice(0, 200)}`;
  return dialect.name === 'native' ? nativeFault(parsed.data as z.infer<typeof errorAnswerSchema>, status) : null;
}

function nativeFault({ error: { code } }: z.infer<typeof errorAnswerSchema>, status: number): string | null {
  if (code === 'internal') return 'internal';
  return ERRORS[code].status === status ? null : `${code} came with ${status}`;
}

function parsedJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
