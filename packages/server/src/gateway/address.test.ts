import { expect, it } from 'vitest';
import { readAddress } from './address.js';

it('reads path and query of any target, and throws at none', () => {
  const read = (target: string | undefined) => {
    const { path, query } = readAddress(target);
    return [path, query.toString()];
  };
  expect(read('/v1/jobs?a=1&b=%20')).toEqual(['/v1/jobs', 'a=1&b=+']);
  expect(read('http://localhost:8000/v1/jobs?a=1')).toEqual(['/v1/jobs', 'a=1']);
  expect(read('http://localhost')).toEqual(['/', '']);
  expect(read('/v1/jobs#x?y')).toEqual(['/v1/jobs', '']);
  expect(read('/a/../b')).toEqual(['/a/../b', '']);
  expect(read(undefined)).toEqual(['/', '']);
  for (const odd of ['//', '///', '*', 'http://[', '//[/', '\\\\', '?', '', 'x:y', '/%', '/%ff?%ff'])
    expect(() => readAddress(odd)).not.toThrow();
});
