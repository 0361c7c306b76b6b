/** Writes `schema/openapi.json` and `schema/asyncapi.json` from the zod schemas: `npm run schemas -w @rendercast/protocol`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { generateSchemas } from './schemas.js';

const folder = new URL('../schema/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(generateSchemas())) {
  writeFileSync(new URL(name, folder), text);
  console.log(`schema/${name}: ${text.length} characters`);
}
