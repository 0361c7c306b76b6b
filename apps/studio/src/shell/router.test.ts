import { describe, expect, test } from 'vitest';
import { linkTo, parseRoute } from './router.js';

describe('an address of the studio', () => {
  test('names a screen, what it shows, and a query', () => {
    const { screen, rest, query } = parseRoute('#/gallery/compare/j_1.0?find=red%20fox&kind=image');
    expect([screen, rest]).toEqual(['gallery', ['compare', 'j_1.0']]);
    expect(query.get('find')).toBe('red fox');
  });

  test('comes back the same, whatever is in it', () => {
    const rest = ['50 %', 'a/b', 'ä?#&'];
    const route = parseRoute(linkTo('live', rest, { find: 'a&b=c' }));
    expect([route.screen, route.rest, route.query.get('find')]).toEqual(['live', rest, 'a&b=c']);
  });

  test('is the first screen when it is empty, and is taken as it is when it cannot be decoded', () => {
    for (const hash of ['', '#', '#/']) expect(parseRoute(hash).screen).toBe('');
    expect(parseRoute('#/100%').screen).toBe('100%');
    // Links of the first version named a job alone.
    expect(parseRoute('#j_01abc').screen).toBe('j_01abc');
  });
});
