import type { Answer, Dialect, Route } from './dialect.js';
import { createSchemaCollection, type JsonSchema, type SchemaCollection } from './json-schemas.js';

/** Who speaks: title and version of the server, as the document names them. */
export interface ApiInfo {
  title: string;
  version: string;
  description?: string;
}

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument {
  openapi: '3.1.0';
  info: ApiInfo;
  tags: { name: string }[];
  security: Record<string, string[]>[];
  paths: Record<string, Record<string, JsonSchema>>;
  components: { schemas: Record<string, JsonSchema>; securitySchemes: Record<string, JsonSchema> };
}

/** Routes under the name of the dialect they belong to. */
export type RouteGroup = Pick<Dialect, 'name' | 'routes'>;

/**
 * Writes the document of all routes, those of each group under its name. Where two groups name a route alike,
 * the later one's operation id starts with its group.
 */
export function openApiDocument(groups: readonly RouteGroup[], info: ApiInfo): OpenApiDocument {
  const schemas = createSchemaCollection();
  const paths: OpenApiDocument['paths'] = {};
  const names = new Set<string>();
  for (const { name: tag, routes } of groups) {
    for (const route of routes) {
      const path = route.path.replaceAll(/:([A-Za-z0-9]+)/g, '{$1}');
      const operationId = names.has(route.name) ? `${tag}_${route.name}` : route.name;
      names.add(operationId);
      const operations = (paths[path] ??= {});
      operations[route.method.toLowerCase()] = { tags: [tag], operationId, ...operation(route, schemas) };
    }
  }
  return {
    openapi: '3.1.0',
    info,
    tags: groups.map(({ name }) => ({ name })),
    security: [{ key: [] }],
    paths,
    components: {
      schemas: schemas.components(),
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key of this server. A server without keys, on loopback, asks for none.',
        },
      },
    },
  };
}

function operation(route: Route, schemas: SchemaCollection): JsonSchema {
  const parameters = parametersOf(route, schemas);
  const requestBody = bodyOf(route, schemas);
  return {
    summary: route.summary,
    ...(route.role === 'operator' || route.role === 'worker' ? { description: `For the role \`${route.role}\`.` } : {}),
    ...(route.role === 'public' ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(requestBody === null ? {} : { requestBody }),
    responses: Object.fromEntries(
      Object.entries(route.answers).map(([status, answer]) => [status, response(answer, schemas)]),
    ),
  };
}

function parametersOf(route: Route, schemas: SchemaCollection): JsonSchema[] {
  const params = propertiesOf(route.params === undefined ? {} : schemas.add(route.params, 'input'));
  const query = route.query === undefined ? {} : schemas.add(route.query, 'input');
  const required = Array.isArray(query.required) ? query.required : [];
  return [
    ...[...route.path.matchAll(/:([A-Za-z0-9]+)/g)].map(([, name = '']) => ({
      name,
      in: 'path',
      required: true,
      schema: params[name] ?? { type: 'string' },
    })),
    ...Object.entries(propertiesOf(query)).map(([name, schema]) => ({
      name,
      in: 'query',
      ...(required.includes(name) ? { required: true } : {}),
      // Lists are written with commas.
      ...(schema.type === 'array' ? { style: 'form', explode: false } : {}),
      schema,
    })),
    ...Object.entries(route.headers ?? {})
      // Content-Type is said by the body; OpenAPI ignores it among parameters.
      .filter(([name]) => name.toLowerCase() !== 'content-type')
      .map(([name, description]) => ({ name, in: 'header', description, schema: { type: 'string' } })),
  ];
}

function propertiesOf(schema: JsonSchema): Record<string, JsonSchema> {
  return (schema.properties ?? {}) as Record<string, JsonSchema>;
}

function bodyOf({ body }: Route, schemas: SchemaCollection): JsonSchema | null {
  if (body === undefined) return null;
  // Without a schema, 3.1 takes the content for bytes.
  if (body === 'file') return { required: true, content: { '*/*': {} } };
  const required = !body.safeParse(undefined).success;
  return { required, content: { 'application/json': { schema: schemas.add(body, 'input') } } };
}

function response({ description, schema, mediaType, eventStream }: Answer, schemas: SchemaCollection): JsonSchema {
  const content: Record<string, JsonSchema> = {};
  if (schema !== undefined) content[mediaType ?? 'application/json'] = { schema: schemas.add(schema, 'output') };
  else if (mediaType !== undefined) content[mediaType] = {};
  if (eventStream !== undefined)
    content['text/event-stream'] = { schema: { type: 'string', description: eventStream } };
  return { description, ...(Object.keys(content).length === 0 ? {} : { content }) };
}
