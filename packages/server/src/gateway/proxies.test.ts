import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config.js';
import { originOf } from './outside.js';
import { createProxies } from './proxies.js';

const request = (remoteAddress: string, headers: Record<string, string> = {}): IncomingMessage =>
  ({ headers, socket: { remoteAddress } }) as unknown as IncomingMessage;

const house = (settings: Parameters<typeof loadConfig>[0]) => {
  const config = loadConfig(settings, {});
  return { config, proxies: createProxies(config) };
};
const trusting = (trustedProxies: string) => house({ trustedProxies }).proxies;

describe("the caller's address", () => {
  it('is the peer, and headers count for nothing, without trusted proxies', () => {
    const headers = { 'x-forwarded-for': '198.51.100.1' };
    expect(trusting('').addressOf(request('192.0.2.1', headers))).toBe('192.0.2.1');
    expect(trusting('10.0.0.0/8').addressOf(request('192.0.2.1', headers))).toBe('192.0.2.1');
  });

  it.each([
    ['what the one trusted proxy saw', '10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['not what the caller wrote in front of it', '10.0.0.1', '127.0.0.1, 203.0.113.5, 198.51.100.1', '198.51.100.1'],
    ['behind a row of trusted proxies', '10.0.0.1', '203.0.113.5, 198.51.100.1, 10.9.9.9, 10.0.0.2', '198.51.100.1'],
    ['the farthest when all are trusted', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['whoever passed nonsense on', '10.0.0.1', '203.0.113.5, unknown, 10.0.0.2', '10.0.0.2'],
    ['whoever passed a short form on', '10.0.0.1', '127.1', '10.0.0.1'],
    ['without a port', '10.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    ['without brackets', '10.0.0.1', '[2001:db8::5]:4711', '2001:db8::5'],
    ['IPv4 in clothes of IPv6', '::ffff:10.0.0.1', '::ffff:198.51.100.1', '198.51.100.1'],
    ['the proxy where nothing is said', '10.0.0.1', '', '10.0.0.1'],
  ])('is %s', (_what, peer, said, address) => {
    expect(trusting('10.0.0.0/8').addressOf(request(peer, { 'x-forwarded-for': said }))).toBe(address);
  });

  it('counts the addresses that one IPv6 caller has as one', () => {
    const proxies = trusting('');
    expect(proxies.callerOf(request('2001:db8:1:2:aaaa::1'))).toBe(proxies.callerOf(request('2001:db8:1:2:bbbb::9')));
    expect(proxies.callerOf(request('2001:db8:1:3::1'))).not.toBe(proxies.callerOf(request('2001:db8:1:2::1')));
    expect(proxies.callerOf(request('::ffff:192.0.2.1'))).toBe('192.0.2.1');
  });

  it('knows single addresses, networks of both families, and loopback by name', () => {
    const proxies = trusting('192.0.2.1, 2001:db8::/32, loopback');
    const headers = { 'x-forwarded-for': '198.51.100.1' };
    for (const peer of ['192.0.2.1', '2001:db8::7', '127.0.0.1', '::1', '::ffff:127.0.0.1'])
      expect(proxies.addressOf(request(peer, headers)), peer).toBe('198.51.100.1');
    for (const peer of ['192.0.2.2', '2001:db9::7']) expect(proxies.addressOf(request(peer, headers))).toBe(peer);
  });
});

describe('how the server is reached', () => {
  const headers = { host: '127.0.0.1:8000', 'x-forwarded-host': 'media.example.org', 'x-forwarded-proto': 'https' };

  it('is the public address, then what a trusted proxy says, then the request itself', () => {
    const named = house({ publicUrl: 'https://public.example.org/', trustedProxies: 'loopback' });
    expect(originOf(named, request('127.0.0.1', headers))).toBe('https://public.example.org');
    const behind = house({ trustedProxies: 'loopback' });
    expect(originOf(behind, request('127.0.0.1', headers))).toBe('https://media.example.org');
    expect(originOf(behind, request('192.0.2.1', headers))).toBe('http://127.0.0.1:8000');
    expect(originOf(house({}), request('127.0.0.1', headers))).toBe('http://127.0.0.1:8000');
  });

  it('takes the last that was said, and no host or protocol that is none', () => {
    const { proxies } = house({ trustedProxies: 'loopback' });
    const said = (host: string, protocol: string) =>
      proxies.forwardedOf(request('::1', { 'x-forwarded-host': host, 'x-forwarded-proto': protocol }));
    expect(said('evil.example, media.example.org', 'http, HTTPS')).toEqual({
      host: 'media.example.org',
      protocol: 'https',
    });
    expect(said('a/b', 'javascript')).toEqual({ host: null, protocol: null });
    expect(said('a b', '')).toEqual({ host: null, protocol: null });
  });
});

it.each([
  { trustedProxies: 'nginx' },
  { trustedProxies: '10.0.0.0/33' },
  { trustedProxies: '10.0.0.1,' + 'x' },
  { publicUrl: 'media.example.org' },
  { publicUrl: 'https://media.example.org/base' },
  { publicUrl: 'ftp://media.example.org' },
])('refuses the setting %j', (settings) => {
  expect(() => loadConfig(settings, {})).toThrow(/trusted-proxies|public-url/);
});
