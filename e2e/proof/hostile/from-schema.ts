import type { Chance } from '../../stories/chance.js';

/** The part of JSON Schema that our own schemas are written in. */
export interface Shape {
  $ref?: string;
  type?: string | readonly string[];
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly Shape[];
  oneOf?: readonly Shape[];
  allOf?: readonly Shape[];
  properties?: Readonly<Record<string, Shape>>;
  required?: readonly string[];
  items?: Shape;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
}

const WORDS = ['fox', 'a red fox', 'möhre', '木', 'x'.repeat(70), 'k3v9:12', '1.2.3', '7'] as const;

/** A value that the schema takes, more or less: what only code checks (patterns, refinements) is left to luck. */
export function valueOf(shape: Shape, components: Readonly<Record<string, Shape>>, chance: Chance, depth = 0): unknown {
  if (shape.$ref !== undefined) {
    const name = shape.$ref.split('/').at(-1) ?? '';
    return valueOf(components[name] ?? {}, components, chance, depth + 1);
  }
  if ('const' in shape) return shape.const;
  if (shape.enum !== undefined) return oneOf(shape.enum, chance);
  const branches = shape.anyOf ?? shape.oneOf ?? shape.allOf;
  if (branches !== undefined) return valueOf(oneOf(branches, chance) ?? {}, components, chance, depth + 1);
  const type = typeof shape.type === 'string' ? shape.type : oneOf(shape.type ?? ['string'], chance);
  switch (type) {
    case 'object':
      return objectOf(shape, components, chance, depth);
    case 'array': {
      const count = chance.between(shape.minItems ?? 0, Math.min(shape.maxItems ?? 3, 3));
      return Array.from({ length: count }, () => valueOf(shape.items ?? {}, components, chance, depth + 1));
    }
    case 'integer':
    case 'number':
      return chance.between(Math.max(shape.minimum ?? 0, -1e6), Math.min(shape.maximum ?? 100, 1e6));
    case 'boolean':
      return chance.happens(0.5);
    case 'null':
      return null;
    default:
      return chance.pick(WORDS).slice(0, shape.maxLength ?? 1_000) || 'x';
  }
}

function objectOf(shape: Shape, components: Readonly<Record<string, Shape>>, chance: Chance, depth: number): unknown {
  const made: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(shape.properties ?? {})) {
    const isRequired = shape.required?.includes(name) === true;
    if (isRequired || (depth < 6 && chance.happens(0.4))) made[name] = valueOf(part, components, chance, depth + 1);
  }
  return made;
}

function oneOf<T>(list: readonly T[], chance: Chance): T | undefined {
  return list[chance.between(0, list.length - 1)];
}
