import type { IncomingMessage } from 'node:http';
import { RendercastError } from '@rendercast/protocol';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config.js';
import { createAccess, isLoopbackAddress } from './access.js';
import { createProxies } from './proxies.js';

const request = (headers: Record<string, string>, remoteAddress?: string): IncomingMessage =>
  ({ headers, socket: { remoteAddress } }) as unknown as IncomingMessage;

/** The door as the server makes it of its settings. */
function openDoor(settings: Parameters<typeof loadConfig>[0]) {
  const config = loadConfig(settings, {});
  return createAccess(config, createProxies(config));
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof RendercastError) return error.code;
    throw error;
  }
  return 'none';
}

describe('the door without keys', () => {
  const access = openDoor({});

  it('lets everybody on this machine in as the owner local', () => {
    expect(access.principalOf(request({}))?.owner).toBe('local');
    expect(access.principalOf(request({ authorization: 'Bearer whatever' }))?.owner).toBe('local');
  });

  it.each(['localhost', 'localhost:8000', '127.0.0.1:8000', '[::1]:8000', 'app.localhost:3000'])(
    'answers to the host %s',
    (host) => {
      expect(codeOf(() => access.checkDoor(request({ host })))).toBe('none');
    },
  );

  it.each(['example.org', 'localhost.example.org', '127.0.0.1.example.org:8000', '192.168.1.5:8000', ''])(
    'turns away the host %s, so that DNS rebinding finds nothing',
    (host) => {
      expect(codeOf(() => access.checkDoor(request({ host })))).toBe('forbidden');
    },
  );

  it.each(['http://localhost:3000', 'http://127.0.0.1', 'http://[::1]:5173', 'null'])(
    'lets pages of %s call',
    (origin) => {
      expect(codeOf(() => access.checkDoor(request({ host: 'localhost', origin })))).toBe('none');
      expect(access.corsOrigin(origin)).toBe(origin);
    },
  );

  it.each(['https://example.org', 'http://localhost.example.org', 'http://127.0.0.1.example.org', 'file://'])(
    'turns away pages of %s',
    (origin) => {
      expect(codeOf(() => access.checkDoor(request({ host: 'localhost', origin })))).toBe('forbidden');
      expect(access.corsOrigin(origin)).toBeNull();
    },
  );

  it('turns away pages from disk when that is switched off', () => {
    const strict = openDoor({ allowNullOrigin: false });
    expect(codeOf(() => strict.checkDoor(request({ host: 'localhost', origin: 'null' })))).toBe('forbidden');
  });
});

describe('the door with keys', () => {
  const keys = 'ada:ada-key-0123456789,eve:eve-key-0123456789:operator,bot:bot-key-0123456789:worker';
  const access = openDoor({ apiKeys: keys, allowedOrigins: 'https://app.example.org' });

  it('knows owners and roles by their keys, in either header', () => {
    expect(access.principalOf(request({ authorization: 'Bearer ada-key-0123456789' }))).toEqual({
      owner: 'ada',
      roles: ['user'],
    });
    expect(access.principalOf(request({ 'x-api-key': 'eve-key-0123456789' }))?.roles).toEqual(['user', 'operator']);
    expect(access.byToken('bot-key-0123456789')?.roles).toEqual(['worker']);
  });

  it('tells no key from a wrong one', () => {
    expect(access.principalOf(request({}))).toBeNull();
    expect(codeOf(() => access.principalOf(request({ authorization: 'Bearer nonsense' })))).toBe('unauthorized');
    expect(access.byToken('')).toBeNull();
  });

  it('answers any host, and pages of the allowed origins and its own', () => {
    const host = 'media.example.org';
    expect(codeOf(() => access.checkDoor(request({ host })))).toBe('none');
    expect(codeOf(() => access.checkDoor(request({ host, origin: 'https://app.example.org' })))).toBe('none');
    expect(codeOf(() => access.checkDoor(request({ host, origin: 'https://media.example.org' })))).toBe('none');
    expect(codeOf(() => access.checkDoor(request({ host, origin: 'null' })))).toBe('forbidden');
    expect(codeOf(() => access.checkDoor(request({ host, origin: 'https://example.org' })))).toBe('forbidden');
  });
});

describe('the door behind a proxy', () => {
  const keys = 'ada:ada-key-0123456789';
  const proxy = '127.0.0.1';
  const forwarded = { host: 'localhost:8000', 'x-forwarded-host': 'media.example.org', 'x-forwarded-proto': 'https' };
  const own = 'https://media.example.org';

  it('takes the pages of the name that a trusted proxy was called by for its own', () => {
    const trusting = openDoor({ apiKeys: keys, trustedProxies: 'loopback' });
    expect(codeOf(() => trusting.checkDoor(request({ ...forwarded, origin: own }, proxy)))).toBe('none');
    expect(codeOf(() => trusting.checkDoor(request({ ...forwarded, origin: 'https://example.org' }, proxy)))).toBe(
      'forbidden',
    );
    expect(codeOf(() => trusting.checkDoor(request({ ...forwarded, origin: own }, '192.0.2.7')))).toBe('forbidden');
    const strict = openDoor({ apiKeys: keys });
    expect(codeOf(() => strict.checkDoor(request({ ...forwarded, origin: own }, proxy)))).toBe('forbidden');
  });

  it('takes the pages of its public address for its own', () => {
    const known = openDoor({ apiKeys: keys, publicUrl: `${own}/` });
    expect(codeOf(() => known.checkDoor(request({ host: 'localhost:8000', origin: own })))).toBe('none');
    expect(codeOf(() => known.checkDoor(request({ host: 'localhost:8000', origin: 'http://media.example.org' })))).toBe(
      'forbidden',
    );
  });

  it('opens no further without keys, whatever a proxy says', () => {
    for (const trustedProxies of ['', 'loopback']) {
      const access = openDoor({ trustedProxies });
      const named = { host: 'media.example.org', 'x-forwarded-host': 'localhost' };
      expect(codeOf(() => access.checkDoor(request(named, proxy)))).toBe('forbidden');
    }
    const trusting = openDoor({ trustedProxies: 'loopback' });
    expect(codeOf(() => trusting.checkDoor(request(forwarded, proxy)))).toBe('forbidden');
    const far = { host: 'localhost', 'x-forwarded-for': '203.0.113.9' };
    expect(codeOf(() => trusting.checkDoor(request(far, proxy)))).toBe('forbidden');
    expect(codeOf(() => trusting.checkDoor(request({ ...far, 'x-forwarded-for': '127.0.0.1' }, proxy)))).toBe('none');
    expect(codeOf(() => openDoor({}).checkDoor(request({ host: 'localhost' }, '203.0.113.9')))).toBe('forbidden');
    expect(codeOf(() => openDoor({}).checkDoor(request({ host: 'localhost' }, '::ffff:127.0.0.1')))).toBe('none');
  });
});

describe('configured keys', () => {
  it.each([
    'ada',
    'ada:short',
    ':a-long-enough-key-here',
    'ada:a-long-enough-key-here:boss',
    'a b:a-long-enough-key-here',
  ])('refuses %s without repeating the key', (apiKeys) => {
    try {
      loadConfig({ apiKeys }, {});
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(RendercastError);
      expect((error as RendercastError).code).toBe('invalid_field');
      expect((error as RendercastError).message).not.toContain('long-enough');
    }
  });
});

it('knows which addresses only this machine can reach', () => {
  expect(['localhost', '127.0.0.1', '127.1.2.3', '::1'].every(isLoopbackAddress)).toBe(true);
  expect(['0.0.0.0', '::', '192.168.0.1', 'example.org', '127.0.0.1.example.org'].some(isLoopbackAddress)).toBe(false);
});
