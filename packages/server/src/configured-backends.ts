import { readFileSync } from 'node:fs';
import { RendercastError } from '@rendercast/protocol';
import * as z from 'zod';

/** One backend as it is configured: what every engine understands, and what only its own does. */
export interface ConfiguredBackend {
  /** Its name in logs, metrics, `place` and `GET /v1/engines`. */
  name: string;
  /** Name of the engine that drives it. */
  engine: string;
  /** Whether it takes jobs that ask for `auto`. */
  auto: boolean;
  /** Jobs at once; null: what the engine says. */
  slots: number | null;
  /** Whether others use the same server beside this house: then only what is known to be ours is touched. */
  shared: boolean;
  /** What is left, for the engine to read. */
  options: Readonly<Record<string, unknown>>;
}

const entrySchema = z.looseObject({
  name: z.string().regex(/^[\w.-]{1,64}$/, 'is not 1 to 64 letters, digits, dots, dashes or underscores'),
  engine: z.string().min(1),
  auto: z.boolean().default(true),
  slots: z.int().min(1).max(1_000).nullable().default(null),
  shared: z.boolean().default(false),
});
const listSchema = z.array(entrySchema).max(1_000);

/**
 * Reads the list of backends: JSON itself, or the path of a JSON file. A text value of the form `${NAME}` is taken from
 * the environment, so that keys need not stand in the file.
 *
 * @throws RendercastError `invalid_field` that says where it is wrong; what was given is not repeated
 */
export function parseBackends(given: string, env: NodeJS.ProcessEnv, setting: string): ConfiguredBackend[] {
  if (given.trim() === '') return [];
  const refuse = (why: string): never => {
    throw new RendercastError('invalid_field', `${setting}: ${why}`, { field: 'backends' });
  };
  const text = given.trimStart().startsWith('[') ? given : (readText(given) ?? refuse(`there is no file ${given}`));
  const parsed = listSchema.safeParse(filled(readJson(text) ?? refuse('is not JSON'), env, refuse));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refuse(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}`);
  }
  const names = parsed.data.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) refuse(`two backends are named "${twice}"`);
  return parsed.data.map(({ name, engine, auto, slots, shared, ...options }) => ({
    ...{ name, engine, auto, slots, shared },
    options,
  }));
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** The same value with texts of the form `${NAME}` taken from the environment. */
function filled(value: unknown, env: NodeJS.ProcessEnv, refuse: (why: string) => never): unknown {
  if (typeof value === 'string') {
    const [, name] = /^\$\{(\w+)\}$/.exec(value) ?? [];
    if (name === undefined) return value;
    return env[name] ?? refuse(`${name} is not set in the environment`);
  }
  if (Array.isArray(value)) return value.map((each) => filled(each, env, refuse));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each, env, refuse)]));
}
