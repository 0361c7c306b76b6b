import { readFileSync } from 'node:fs';
import { nativeDialect } from '../src/dialects/native/index.js';
import { type ApiInfo, openApiDocument } from '../src/open-api.js';
import { asyncApiDocument } from './async-api.js';

/** The generated files by name, as they are to lie in `schema/`. */
export function generateSchemas(): Record<'openapi.json' | 'asyncapi.json', string> {
  const info: ApiInfo = {
    title: 'Rendercast',
    version: versionOfPackage(),
    description: 'The native protocol; PROTOCOL.md holds the duties of both sides.',
  };
  return {
    'openapi.json': written(openApiDocument([nativeDialect], info)),
    'asyncapi.json': written(asyncApiDocument(info)),
  };
}

function written(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

function versionOfPackage(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
