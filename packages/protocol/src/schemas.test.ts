import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { generateSchemas } from '../scripts/schemas.js';
import { type Route, route } from './dialect.js';
import { nativeDialect } from './dialects/native/index.js';
import { createSchemaCollection } from './json-schemas.js';
import { openApiDocument } from './open-api.js';

const generated = generateSchemas();
const openApi = JSON.parse(generated['openapi.json']) as ReturnType<typeof openApiDocument>;
const asyncApi = JSON.parse(generated['asyncapi.json']) as { components: { messages: Record<string, unknown> } };

/** References in a document that lead nowhere. */
function danglingRefs(document: object): string[] {
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].map((match) => match[1] ?? '');
  return refs.filter((ref) => {
    let place: unknown = document;
    for (const name of ref.slice(2).split('/'))
      place = typeof place === 'object' && place !== null ? (place as Record<string, unknown>)[name] : undefined;
    return !ref.startsWith('#/') || place === undefined;
  });
}

describe('the generated documents', () => {
  test.each(['openapi.json', 'asyncapi.json'] as const)('schema/%s is what the schemas give today', (name) => {
    const checkedIn = readFileSync(new URL(`../schema/${name}`, import.meta.url), 'utf8');
    expect(checkedIn, 'run: npm run schemas -w @rendercast/protocol').toBe(generated[name]);
  });

  test('every reference leads somewhere', () => {
    expect(danglingRefs(openApi)).toEqual([]);
    expect(danglingRefs(asyncApi)).toEqual([]);
    expect(danglingRefs({ a: { $ref: '#/components/schemas/Nothing' } })).toEqual(['#/components/schemas/Nothing']);
  });

  test('no two schemas of the house share an id', () => {
    const schemas = createSchemaCollection();
    schemas.add(z.object({ a: z.string() }).meta({ id: 'PlantedTwin' }), 'output');
    expect(() => schemas.add(z.object({ b: z.string() }).meta({ id: 'PlantedTwin' }), 'output')).toThrow('PlantedTwin');
    const left = z.object({ a: z.string() }).meta({ id: 'PlantedPair' });
    const right = z.object({ b: z.string() }).meta({ id: 'PlantedPair' });
    expect(() => createSchemaCollection().add(z.object({ left, right }), 'output')).toThrow('PlantedPair');
  });

  test('a schema with defaults is called otherwise where it is sent', () => {
    const schemas = createSchemaCollection();
    const inner = z.object({ size: z.int().default(3) }).meta({ id: 'PlantedInner' });
    const outer = z.object({ inner }).meta({ id: 'PlantedOuter' });
    const sent = schemas.add(outer, 'input');
    const read = schemas.add(outer, 'output');
    const components = schemas.components();
    expect(Object.keys(components)).toEqual(['PlantedInner', 'PlantedInnerInput', 'PlantedOuter', 'PlantedOuterInput']);
    expect([sent.$ref, read.$ref]).toEqual([
      '#/components/schemas/PlantedOuterInput',
      '#/components/schemas/PlantedOuter',
    ]);
    expect(components.PlantedOuterInput).toMatchObject({
      properties: { inner: { $ref: '#/components/schemas/PlantedInnerInput' } },
    });
  });
});

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate({ ...structuredClone(openApi) });
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    const spoiled = await new Validator().validate({ ...structuredClone(openApi), paths: { 'no-slash': { get: 3 } } });
    expect(spoiled.valid).toBe(false);
  });

  test('holds every route with its parameters and answers', () => {
    for (const { method, path, name, answers } of nativeDialect.routes) {
      const operation = openApi.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
      expect(operation, name).toMatchObject({ operationId: name, tags: ['native'] });
      expect(Object.keys(operation?.responses as object), name).toEqual(Object.keys(answers));
    }
    expect(openApi.paths['/v1/jobs/{id}/events']?.get).toMatchObject({
      parameters: expect.arrayContaining([
        expect.objectContaining({ name: 'id', in: 'path', required: true }),
        expect.objectContaining({ name: 'wait', in: 'query' }),
        expect.objectContaining({ name: 'Last-Event-ID', in: 'header' }),
      ]),
      responses: { 200: { content: { 'application/json': {}, 'text/event-stream': {} } } },
    });
    expect(openApi.paths['/v1/jobs/{id}/cancel']?.post).toMatchObject({ requestBody: { required: false } });
  });

  test('keeps routes of the same name apart when several dialects are documented', () => {
    const again: Route = route({
      method: 'GET',
      path: '/elsewhere',
      name: 'listJobs',
      summary: 'Another list',
      role: 'public',
      answers: { 200: { description: 'A list.' } },
      handle: async () => ({ status: 204 }),
    });
    const document = openApiDocument([nativeDialect, { name: 'other', routes: [again] }], {
      title: 'Both',
      version: '1',
    });
    expect(document.paths['/elsewhere']?.get).toMatchObject({
      operationId: 'other_listJobs',
      security: [],
      tags: ['other'],
    });
  });
});

describe('the AsyncAPI document', () => {
  test('is valid AsyncAPI 3.0', { timeout: 60_000 }, async () => {
    const parser = new Parser();
    const faults = async (text: string) => (await parser.validate(text)).filter(({ severity }) => severity === 0);
    expect(await faults(generated['asyncapi.json'])).toEqual([]);
    const spoiled = generated['asyncapi.json'].replace('"$ref": "#/components/messages/hello"', '"$ref": "#/nowhere"');
    expect(await faults(spoiled)).not.toEqual([]);
  });

  test('holds every message of both sockets', () => {
    const received = ['hello', 'subscribe', 'unsubscribe', 'ping'];
    const sent = [
      'welcome',
      'subscribed',
      'event',
      'level',
      'reset',
      'snapshot',
      'error',
      'pong',
      'draining',
      'preview',
    ];
    const words = ['Hello', 'Claim', 'Heartbeat', 'Report', 'Handle', 'Succeed', 'Fail', 'HandBack', 'Ping'];
    const answers = ['Welcome', 'Work', 'Standings', 'Standing', 'Ended', 'Error', 'Pong', 'Draining'];
    const ofWorkers = [...words, ...answers].map((name) => `worker${name}`);
    expect(Object.keys(asyncApi.components.messages).sort()).toEqual([...received, ...sent, ...ofWorkers].sort());
  });
});
