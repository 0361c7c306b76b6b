import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, startHouse } from '../e2e/support/house.js';
import { runClient } from '../e2e/support/run-client.js';

const here = fileURLToPath(new URL('dialects/', import.meta.url));

/** A Python that has the package `websockets`; none outside of `npm test` where nobody names one. */
const PYTHON = process.env.RENDERCAST_TEST_PYTHON ?? null;

/** Every program here that claims something; `front-end` itself is what they do it with. */
const clients = readdirSync(here).filter((name) => name.endsWith('.ts') && !/\.test\.|^front-end\./.test(name));
const pythonClients = readdirSync(here).filter((name) => name.endsWith('.py'));

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.stop());

/** Runs a client that is told nothing but where the server is. */
const prove = (command: string, args: string[], env: Record<string, string> = {}): Promise<void> =>
  runClient(command, args, { RENDERCAST_URL: house.url, ...env });

it('there is a client for each dialect that others speak', () => {
  expect(clients).toEqual(
    expect.arrayContaining(['artist-session.ts', 'image-task.ts', 'music-render.ts', 'progress-feed.ts']),
  );
  expect(pythonClients).toEqual(expect.arrayContaining(['music_render.py', 'progress_feed.py']));
});

describe.each(['ws', 'undici'])('with the WebSocket of %s', (socket) => {
  it.each(clients)(
    '%s proves its claim',
    (name) => prove(process.execPath, ['--import', 'tsx', `${here}${name}`], { EXAMPLE_SOCKET: socket }),
    110_000,
  );
});

describe('with the WebSocket of Python', () => {
  for (const name of pythonClients)
    it(`${name} proves its claim`, async ({ skip }) => {
      if (PYTHON === null) return skip('there is no Python with websockets (RENDERCAST_TEST_PYTHON names one)');
      await prove(PYTHON, [`${here}${name}`]);
    }, 110_000);
});
