import { expect, it } from 'vitest';
import { createPicturePump } from './picture-pump.js';

it('draws one picture at a time and, of those that came meanwhile, only the newest', async () => {
  const started: number[] = [];
  const shown: number[] = [];
  const gates: (() => void)[] = [];
  const pump = createPicturePump(
    async ([number = 0]) => {
      started.push(number);
      await new Promise<void>((open) => gates.push(open));
      return number === 3 ? null : { rows: number, text: '', erase: '' };
    },
    ({ rows }) => shown.push(rows),
  );
  for (const number of [1, 2, 3, 4]) pump.show(Uint8Array.of(number));
  expect(started).toEqual([1]);
  const drained = pump.drained();
  gates[0]?.();
  await expect.poll(() => started).toEqual([1, 4]);
  gates[1]?.();
  await drained;
  expect(shown).toEqual([1, 4]);

  pump.show(Uint8Array.of(3));
  const again = pump.drained();
  gates[2]?.();
  await again;
  expect(shown).toEqual([1, 4]);
});
