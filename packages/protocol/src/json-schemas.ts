import * as z from 'zod';

/** A JSON Schema, as it stands in a document. */
export type JsonSchema = Record<string, unknown>;

/** Whether a schema describes what is sent to the server or what the server sends. */
export type Direction = 'input' | 'output';

/** Collects zod schemas as JSON Schema: those with an id once each, under `#/components/schemas`. */
export interface SchemaCollection {
  /** The schema, or a reference to it. */
  add(schema: z.ZodType, direction: Direction): JsonSchema;
  /** Fills in the references and answers the components. Call once, after all have been added. */
  components(): Record<string, JsonSchema>;
}

const LOCAL = '#/$defs/';
const SHARED = '#/components/schemas/';

/**
 * Makes an empty collection. A schema with defaults differs by direction (what may be left out by the sender is
 * always there for the reader); then the sender's is called `<id>Input`.
 *
 * Throws when two different schemas carry the same id.
 */
export function createSchemaCollection(): SchemaCollection {
  const defs: Record<Direction, Map<string, JsonSchema>> = { input: new Map(), output: new Map() };
  const added: Record<Direction, JsonSchema[]> = { input: [], output: [] };

  function keep(id: string, def: JsonSchema, direction: Direction): void {
    const known = defs[direction].get(id);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(def))
      throw new Error(`two different schemas are called "${id}"`);
    defs[direction].set(id, def);
  }

  return {
    add(schema, direction) {
      const { $schema: _, $defs, ...root } = toJsonSchema(schema, direction);
      for (const [id, def] of Object.entries(($defs ?? {}) as Record<string, JsonSchema>)) keep(id, def, direction);
      added[direction].push(root);
      return root;
    },
    components() {
      const differing = differingIds(defs);
      const nameOf = (id: string, direction: Direction) =>
        direction === 'input' && differing.has(id) ? `${id}Input` : id;
      const components: Record<string, JsonSchema> = {};
      for (const direction of ['output', 'input'] as const) {
        for (const root of added[direction]) pointTo(root, (id) => nameOf(id, direction));
        for (const [id, def] of defs[direction]) {
          pointTo(def, (other) => nameOf(other, direction));
          components[nameOf(id, direction)] = def;
        }
      }
      return Object.fromEntries(Object.entries(components).sort(([left], [right]) => (left < right ? -1 : 1)));
    },
  };
}

function toJsonSchema(schema: z.ZodType, direction: Direction): JsonSchema {
  return z.toJSONSchema(schema, {
    io: direction,
    unrepresentable: 'any',
    override({ jsonSchema }) {
      // Readers ignore what they do not know, so no schema of ours may forbid it.
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      // The bounds that every integer of JavaScript has say nothing about the field.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      delete jsonSchema.id;
    },
  });
}

/** Ids whose schema is another one for senders than for readers, itself or through what it refers to. */
function differingIds(defs: Record<Direction, Map<string, JsonSchema>>): ReadonlySet<string> {
  const both = [...defs.input.keys()].filter((id) => defs.output.has(id));
  const differing = new Set(
    both.filter((id) => JSON.stringify(defs.input.get(id)) !== JSON.stringify(defs.output.get(id))),
  );
  for (let before = -1; before !== differing.size; ) {
    before = differing.size;
    for (const id of both) if (idsIn(defs.input.get(id)).some((other) => differing.has(other))) differing.add(id);
  }
  return differing;
}

function idsIn(schema: unknown): string[] {
  return [...JSON.stringify(schema ?? null).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)].map((match) => match[1] ?? '');
}

function pointTo(schema: unknown, nameOf: (id: string) => string): void {
  if (typeof schema !== 'object' || schema === null) return;
  if ('$ref' in schema && typeof schema.$ref === 'string' && schema.$ref.startsWith(LOCAL))
    schema.$ref = SHARED + nameOf(schema.$ref.slice(LOCAL.length));
  for (const part of Object.values(schema)) pointTo(part, nameOf);
}
