import { RendercastError } from '@rendercast/protocol';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../clock.js';
import { parseRange } from './file-answer.js';
import { parseJson } from './json.js';
import { createSignedUrls } from './signed-urls.js';

describe('ranges', () => {
  it.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=0-', { start: 0, end: 99 }],
    ['bytes=90-200', { start: 90, end: 99 }],
    ['bytes=-10', { start: 90, end: 99 }],
    ['bytes=-1000', { start: 0, end: 99 }],
    ['bytes=0-1,5-6', null],
    ['items=0-1', null],
    ['bytes=-', null],
    [undefined, null],
  ])('reads %s of 100 bytes as %o', (header, range) => {
    expect(parseRange(header, 100)).toEqual(range);
  });

  it.each(['bytes=100-', 'bytes=5-4', 'bytes=-0'])('refuses %s of 100 bytes', (header) => {
    expect(() => parseRange(header, 100)).toThrow(RendercastError);
  });
});

describe('signed addresses', () => {
  const signed = createSignedUrls('a secret', 60_000, systemClock);
  const parts = (url: string): [string, Record<string, string>] => {
    const { pathname, searchParams } = new URL(url, 'http://x');
    return [pathname, Object.fromEntries(searchParams)];
  };

  it('open the file that they name and no other', () => {
    const [path, query] = parts(signed.fileUrl.artifact('a_1', 'file'));
    expect(signed.isSigned(path, query)).toBe(true);
    expect(signed.isSigned('/v1/artifacts/a_2', query)).toBe(false);
    expect(signed.isSigned(`${path}/thumbnail`, query)).toBe(false);
    expect(signed.isSigned(path, { ...query, expires: String(Number(query.expires) + 1) })).toBe(false);
    expect(createSignedUrls('another', 60_000, systemClock).isSigned(path, query)).toBe(false);
  });

  it('RC-AUTH-4: expire', () => {
    const later = { ...systemClock, now: () => Date.now() + 2 * 3_600_000 };
    const [path, query] = parts(signed.fileUrl.artifact('a_1', 'file'));
    expect(createSignedUrls('a secret', 60_000, later).isSigned(path, query)).toBe(false);
  });

  it('stay the same within the hour, so that caches keep the file', () => {
    expect(signed.fileUrl.artifact('a_1', 'file')).toBe(signed.fileUrl.artifact('a_1', 'file'));
  });

  it('are plain paths without keys', () => {
    const plain = createSignedUrls(null, 60_000, systemClock);
    expect(plain.fileUrl.artifact('a_1', 'thumbnail')).toBe('/v1/artifacts/a_1/thumbnail');
    expect(plain.isSigned('/v1/artifacts/a_1', {})).toBe(false);
  });
});

describe('JSON from outside', () => {
  it('is refused beyond the nesting allowed, wherever brackets are not in strings', () => {
    expect(parseJson('{"a":"[[[[[[[["}', 3)).toEqual({ a: '[[[[[[[[' });
    expect(parseJson('{"a":"\\"[[[["}', 3)).toEqual({ a: '"[[[[' });
    expect(() => parseJson('[[[[]]]]', 3)).toThrow(/deeper than 3/);
    expect(() => parseJson('['.repeat(1e6), 64)).toThrow(RendercastError);
  });

  it('loses keys that would become a prototype', () => {
    const value = parseJson('{"__proto__":{"admin":true},"a":1}', 8) as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['a']);
    expect(value.admin).toBeUndefined();
  });

  it('says that it is broken', () => {
    expect(() => parseJson('{', 8)).toThrow(/not valid JSON/);
  });
});
