import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkDataFolder, checkNode, checkPort, checkStudio } from './look-here.js';
import { checkEngine, checkKey, checkServer, whoAnswers } from './look-there.js';

const signal = new AbortController().signal;

describe('what doctor finds here', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendercast-doctor-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is a Node.js too old or new enough', () => {
    expect(checkNode('v20.18.9')).toMatchObject({ ok: false, advice: expect.stringContaining('20.19') });
    expect(checkNode('v20.19.0').ok).toBe(true);
    expect(checkNode('v24.0.0').ok).toBe(true);
  });

  it('is a data folder that can be written to, or made, or not', async () => {
    expect(await checkDataFolder(folder)).toMatchObject({ ok: true, message: `${folder} can be written to` });
    expect(await checkDataFolder(join(folder, 'a/b'))).toMatchObject({
      ok: true,
      message: expect.stringContaining('can be made'),
    });
    await writeFile(join(folder, 'file'), '');
    expect(await checkDataFolder(join(folder, 'file/data'))).toMatchObject({ ok: false, exitCode: 1 });
  });

  it('is a port that is free, ours, or taken', async () => {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    expect(await checkPort('127.0.0.1', port, false)).toMatchObject({
      ok: false,
      advice: expect.stringContaining('--port'),
    });
    expect(await checkPort('127.0.0.1', port, true)).toMatchObject({ ok: true });
    await new Promise((closed) => server.close(closed));
    expect(await checkPort('127.0.0.1', port, false)).toMatchObject({ ok: true });
  });

  it('is a studio that was built or not', () => {
    expect(checkStudio(null)).toMatchObject({ ok: false, advice: 'Run: npm run build' });
    expect(checkStudio(folder).ok).toBe(true);
  });
});

describe('what doctor finds there', () => {
  const serve = async (answer: string) => {
    const server = createServer((_request, response) => response.end(answer));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return { url, close: () => new Promise((closed) => server.close(closed)) };
  };

  it('is something else at the address', async () => {
    const other = await serve('<h1>It works!</h1>');
    const presence = await whoAnswers(other.url, signal);
    expect(checkServer(other.url, presence)).toMatchObject({
      ok: false,
      exitCode: 4,
      advice: expect.stringContaining('--url'),
    });
    await other.close();
  });

  it('is nothing at the address, and then how to start a server', async () => {
    const gone = await serve('');
    await gone.close();
    const presence = await whoAnswers(gone.url, signal);
    expect(checkServer(gone.url, presence)).toMatchObject({
      ok: false,
      exitCode: 4,
      advice: expect.stringContaining('npm start'),
    });
  });

  it('is a key that is missing, wrong, or good', () => {
    expect(checkKey('unauthorized', false)).toMatchObject({ message: 'the server wants a key', exitCode: 5 });
    expect(checkKey('unauthorized', true)).toMatchObject({ message: 'the server does not know this key', exitCode: 5 });
    expect(checkKey(null, true)).toMatchObject({ ok: true });
    expect(checkKey('shutting_down', false)).toMatchObject({ ok: false, exitCode: 4 });
  });

  it('is an engine that is down, in its own words', () => {
    const engine = {
      name: 'sdapi',
      backend: 'attic',
      kinds: ['image' as const],
      models: [],
      features: [],
      auto: true,
      health: 'down' as const,
      message: 'no answer\x1b[2J',
      slots: 1,
      busy: 0,
      intake: 'open' as const,
    };
    expect(checkEngine(engine)).toMatchObject({
      ok: false,
      message: 'sdapi (attic) is down, makes image: no answer[2J',
    });
    expect(checkEngine({ ...engine, health: 'up', message: null })).toMatchObject({ ok: true, advice: null });
  });
});
