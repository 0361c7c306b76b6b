import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { RendercastError } from '@rendercast/protocol';
import * as z from 'zod';
import { type Graph, graphSchema } from './wire.js';

const place = z.string().regex(/^[^.]+\.[^.]+$/, 'is not of the form NODE.INPUT');
/** Where a value goes: one input of one node, or several. */
const places = z.union([place, z.array(place).min(1)]).transform((given) => (Array.isArray(given) ? given : [given]));

/** What a mapping file may bind. */
const boundSchema = z.strictObject({
  prompt: places.optional(),
  negative: places.optional(),
  seed: places.optional(),
  steps: places.optional(),
  guidance: places.optional(),
  sampler: places.optional(),
  scheduler: places.optional(),
  width: places.optional(),
  height: places.optional(),
  count: places.optional(),
  model: places.optional(),
  /** Length of a song in seconds. */
  seconds: places.optional(),
  /** Lines of the sections of a plan, joined. */
  lyrics: places.optional(),
  /** Begin of the name under which the server stores what comes out; it is given one of our own for each job. */
  filename: places.optional(),
  init: places.optional(),
  mask: places.optional(),
  control: places.optional(),
  strength: places.optional(),
});

/** A mapping file: which inputs of a graph take what of a request. */
const mappingSchema = z.strictObject({
  title: z.string().min(1).max(128).optional(),
  kind: z.enum(['image', 'music']).default('image'),
  /** File with the graph in API format, beside the mapping file. Default: the same name with `.json`. */
  graph: z.string().min(1).optional(),
  inputs: boundSchema.default({}),
  /** Values of `request.extra` by their names there. */
  extra: z.record(z.string(), places).default({}),
  /** Nodes whose files are the outputs, in this order. Default: all. */
  outputs: z.array(z.string()).min(1).optional(),
});

export type BoundName = keyof z.infer<typeof boundSchema>;

/** A workflow of the operator's own. */
export interface Workflow extends Omit<z.output<typeof mappingSchema>, 'title' | 'graph'> {
  name: string;
  title: string;
  graph: Graph;
}

/**
 * Reads the workflows of a folder, or of a table of mapping files by name, and checks that what they bind is there.
 *
 * @throws RendercastError `invalid_field` that says which workflow is wrong and how; it names no folder
 */
export function readWorkflows(given: string | Readonly<Record<string, string>> | null): Map<string, Workflow> {
  if (given === null) return new Map();
  const files = typeof given === 'string' ? mappingsIn(given) : Object.entries(given);
  return new Map(files.map(([name, path]) => [name, readWorkflow(name, path)]));
}

const ENDING = '.map.json';

function mappingsIn(folder: string): [string, string][] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    throw wrong('workflows: the folder cannot be read');
  }
  return names
    .filter((name) => name.endsWith(ENDING))
    .sort()
    .map((name) => [name.slice(0, -ENDING.length), join(folder, name)]);
}

function readWorkflow(name: string, path: string): Workflow {
  const { title, graph: file, ...mapping } = readJson(name, path, mappingSchema, 'the mapping file');
  const graph = readJson(name, resolve(dirname(path), file ?? `${name}.json`), graphSchema, 'the graph');
  for (const [bound, targets] of [...Object.entries(mapping.inputs), ...Object.entries(mapping.extra)]) {
    for (const target of targets ?? []) {
      const [node = '', input = ''] = target.split('.');
      const inputs = graph[node]?.inputs;
      if (inputs === undefined) throw wrong(`the workflow "${name}" binds ${bound} to ${target}: it has no such node`);
      if (!(input in inputs)) throw wrong(`the workflow "${name}" binds ${bound} to ${target}: no such input`);
    }
  }
  for (const output of mapping.outputs ?? []) {
    if (graph[output] === undefined) throw wrong(`the workflow "${name}" hands in node ${output}, which it has not`);
  }
  return { ...mapping, name, title: title ?? name, graph };
}

function readJson<Schema extends z.ZodType>(
  name: string,
  path: string,
  schema: Schema,
  what: string,
): z.output<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw wrong(`the workflow "${name}": ${what} cannot be read as JSON`);
  }
  if (what === 'the graph' && typeof value === 'object' && value !== null && 'nodes' in value && 'links' in value) {
    throw wrong(`the workflow "${name}": the graph is in the editor's own format; export it in API format`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw wrong(`the workflow "${name}": ${what}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}`);
}

const wrong = (message: string) => new RendercastError('invalid_field', message, { field: 'backends' });
