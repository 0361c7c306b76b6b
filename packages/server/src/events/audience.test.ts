import type { ViewFrame } from '@rendercast/protocol';
import { expect, it } from 'vitest';
import type { LiveReader } from './audience.js';
import { createAudience } from './audience.js';
import type { Delivery } from './chunk.js';

const encoding = { name: 'test', encode: ({ frame }: ViewFrame) => Buffer.from(frame) };
const delivery = (text: string, only?: readonly string[]): Delivery => {
  const frame: ViewFrame = {
    frame: text,
    jobId: 'j',
    position: null,
    of: 'fact',
    ...(only === undefined ? {} : { only }),
  };
  return { frame, stamp: null, ends: null };
};

function reader(names: Set<string> | null): LiveReader & { got: string[] } {
  const got: string[] = [];
  return {
    got,
    names: () => names,
    lose: () => undefined,
    take: (chunk) => {
      got.push(...chunk.deliveries.map(({ frame }) => String(frame.frame)));
      return true;
    },
  };
}

it('hands a frame to those that name its job and to those that name none, and what names no job to all', () => {
  const audience = createAudience(encoding);
  const [all, one, other, several, nothing] = [
    reader(null),
    reader(new Set(['a'])),
    reader(new Set(['b'])),
    reader(new Set(['a', 'chosen'])),
    reader(new Set()),
  ];
  const readers = [all, one, other, several, nothing];
  for (const each of readers) audience.add(each);
  audience.hand([delivery('1', ['a']), delivery('2', ['c', 'chosen'])], 0);
  expect(readers.map(({ got }) => got.join(' '))).toEqual(['1 2', '1', '', '1 2', '']);
  audience.hand([delivery('3', ['a']), delivery('4')], 0);
  expect(readers.map(({ got }) => got.join(' '))).toEqual(['1 2 3 4', '1 3 4', '3 4', '1 2 3 4', '3 4']);
});

it('finds a reader by its new names once it has joined again, by none once it has left, and one with many names by all', () => {
  const audience = createAudience(encoding);
  const names = new Set<string>();
  const changing = reader(names);
  const many = reader(new Set(Array.from({ length: 100 }, (_, index) => `n${index}`)));
  audience.add(changing);
  audience.add(many);
  audience.hand([delivery('1', ['a'])], 0);
  names.add('a');
  audience.add(changing);
  audience.hand([delivery('2', ['a'])], 0);
  expect([changing.got, many.got]).toEqual([['2'], ['1', '2']]);
  audience.remove(changing);
  audience.hand([delivery('3', ['a']), delivery('4')], 0);
  expect(changing.got).toEqual(['2']);
  expect(audience.size).toBe(1);
});
