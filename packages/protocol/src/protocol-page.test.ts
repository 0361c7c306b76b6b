import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { batchSchema, submitSchema } from './commands.js';
import {
  clientMessageSchema,
  decodeServerMessage,
  errorAnswerSchema,
  nativeDialect,
  pollPageSchema,
  serverMessageSchema,
} from './dialects/native/index.js';
import { HELLO_WITHIN_MS, MAX_EARLY_MESSAGES } from './dialects/native/session.js';
import { MAX_WAITING_WORDS } from './dialects/native/worker-words.js';
import { ERRORS } from './errors.js';
import { factBodySchema, levelSchema } from './events.js';
import { LIMITS } from './limits.js';
import { aboutSchema, workSchema } from './worker/messages.js';
import { houseMessageSchema, workerMessageSchema } from './worker/socket-messages.js';

const page = readFileSync(new URL('../PROTOCOL.md', import.meta.url), 'utf8');

/** Rows of the table under a heading, cells without their back quotes. */
function table(heading: string): string[][] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

/** Blocks of code by the words after their fence. */
function blocks(info: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${info}\\n([\\s\\S]*?)\\n\`\`\`$`, 'gm'))].map((match) => match[1] ?? '');
}

describe('PROTOCOL.md', () => {
  test('its table of errors is the table of errors', () => {
    expect(table('Errors')).toEqual(
      Object.entries(ERRORS).map(([code, { status, close, retryable, means }]) => [
        code,
        String(status),
        String(close),
        retryable ? 'yes' : 'no',
        means,
      ]),
    );
  });

  test('its limits are the limits', () => {
    expect(table('Limits')).toEqual(
      Object.entries(LIMITS).map(([name, value]) => [name, value.toLocaleString('en-US')]),
    );
    expect(page).toContain(`without \`hello\` for ${HELLO_WITHIN_MS.toLocaleString('en-US')} ms`);
    expect(page).toContain(`up to ${MAX_EARLY_MESSAGES} messages`);
    expect(page).toContain(`more than ${MAX_WAITING_WORDS} words waiting`);
  });

  test('it tells of every route, message, fact, level and reason of a reset', () => {
    for (const { method, path } of nativeDialect.routes)
      expect(page).toContain(`${method} ${path}\``.replace('GET /v1/jobs/:id/events`', 'GET /v1/jobs/:id/events'));
    for (const { path } of nativeDialect.sockets) expect(page).toContain(path);
    const types = [
      ...clientMessageSchema.options,
      ...serverMessageSchema.options,
      ...workerMessageSchema.options,
      ...houseMessageSchema.options,
    ].map((option) => option.shape.type.value);
    const facts = factBodySchema.options.map((option) => option.shape.type.value);
    const kinds = (levelSchema as unknown as { options: { shape: { kind: { value: string } } }[] }).options.map(
      (option) => option.shape.kind.value,
    );
    for (const word of [...types, ...facts, ...kinds, 'epoch', 'horizon', 'ahead', 'malformed'])
      expect(page).toContain(`\`${word}\``);
  });

  test('every close code that the dialect can give is explained', () => {
    const explained = table('Close codes').map(([code]) => code);
    for (const code of [
      ERRORS.unauthorized.close,
      ERRORS.shutting_down.close,
      ERRORS.too_large.close,
      ERRORS.too_many_requests.close,
      ERRORS.forbidden.close,
      ERRORS.conflict.close,
    ])
      expect(explained).toContain(String(code));
  });

  test('its conversations are in the protocol', () => {
    const lines = blocks('conversation').flatMap((block) => block.split('\n'));
    expect(lines.length).toBeGreaterThan(12);
    for (const line of lines) {
      const value: unknown = JSON.parse(line.slice(2));
      if (line.startsWith('→ ')) expect(clientMessageSchema.parse(value), line).toMatchObject(value as object);
      else
        expect([serverMessageSchema.parse(value), decodeServerMessage(line.slice(2)), line[0]], line).toEqual([
          value,
          value,
          '←',
        ]);
    }
  });

  test('so is the conversation of a worker', () => {
    const lines = blocks('worker-conversation').flatMap((block) => block.split('\n'));
    expect(lines.length).toBeGreaterThan(6);
    for (const line of lines) {
      const value: unknown = JSON.parse(line.slice(2));
      const schema = line.startsWith('→ ') ? workerMessageSchema : houseMessageSchema;
      expect(schema.parse(value), line).toMatchObject(value as object);
    }
  });

  test.each<[string, z.ZodType]>([
    ['Submit', submitSchema],
    ['Batch', batchSchema],
    ['ErrorAnswer', errorAnswerSchema],
    ['PollPage', pollPageSchema],
    ['WorkerAbout', aboutSchema],
    ['Work', workSchema],
  ])('its example of %s is one', (name, schema) => {
    const [example] = blocks(`json ${name}`);
    const value: unknown = JSON.parse(example ?? '');
    expect(schema.parse(value)).toMatchObject(value as object);
  });

  test('it has no example that nobody checks', () => {
    expect(
      [...page.matchAll(/^```(\S.*)$/gm)]
        .map((match) => match[1])
        .filter(
          (info) =>
            !/^(conversation|worker-conversation|json (Submit|Batch|ErrorAnswer|PollPage|WorkerAbout|Work))$/.test(
              info ?? '',
            ),
        ),
    ).toEqual([]);
  });
});
