import { expect } from 'vitest';
import { call, until } from '../../support/house.js';
import type { HouseProcess } from '../house-process.js';
import type { Findings } from './findings.js';
import type { MemoryWatch } from './memory-watch.js';

/** What a run of hostile things must have left: a server that lives, has nothing to complain of and holds nothing. */
export async function expectUnharmed(house: HouseProcess, findings: Findings, memory: MemoryWatch): Promise<void> {
  expect(house.ended, 'the server ended').toBeNull();
  expect(findings.report()).toBe('');
  expect(house.errors.slice(0, 5)).toEqual([]);
  expect(memory.grownMib()).toBeLessThan(memory.allowedMib);
  await until(async () => {
    const { connections } = JSON.parse((await call(house.url, '/v1/stats')).text) as {
      connections: Record<'sockets' | 'streams' | 'polls', number>;
    };
    return Object.values(connections).every((count) => count === 0);
  }, 'all connections gone');
  await until(async () => Object.values(await house.followed()).every((count) => count === 0), 'nothing followed');
}
