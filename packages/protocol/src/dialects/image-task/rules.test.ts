import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SocketRoute } from '../../dialect.js';
import { drawnLife } from '../../dialect-exam/drawn-life.contract.js';
import { createScriptedHouse } from '../../dialect-exam/house.contract.js';
import { imageTaskDialect, recordSchema, type TaskRecord } from './index.js';

const [route] = imageTaskDialect.sockets as [SocketRoute];
const read = (frame: unknown) => JSON.parse(frame as string) as Record<string, unknown>;

describe('the rules of a task, over any life of a job and from any point of it', () => {
  it('ALL-10: records have all their keys, nothing falls, the total stays, and the end comes once and last', async () => {
    await fc.assert(
      fc.asyncProperty(drawnLife('image'), fc.nat(), fc.boolean(), async (life, cut, asks) => {
        const house = createScriptedHouse(life);
        await house.liveTo(cut % (life.steps.length + 1));
        const socket = await house.connect({ dialect: imageTaskDialect, socket: route, params: { task: life.jobId } });
        await house.liveTo(life.steps.length);
        const heard = socket.frames.length;
        if (asks) await socket.say('{"type":"get_progress"}');

        const messages = socket.frames.map(read);
        const records = messages.filter(({ type }) => type === 'progress').map((each) => recordSchema.parse(each));
        keepsTheRules(records.slice(0, asks ? -1 : undefined));
        // Asked once more, it tells the same.
        if (asks) expect({ ...messages[heard], timestamp: '' }).toEqual({ ...messages[heard - 1], timestamp: '' });
        expect(socket.closed).toBeNull();
      }),
      { numRuns: 300 },
    );
  });
});

function keepsTheRules(records: readonly TaskRecord[]): void {
  for (const figure of ['percentage', 'current_step'] as const) {
    const figures = records.map((record) => record[figure]);
    expect(figures).toEqual([...figures].sort((left, right) => left - right));
  }
  const running = records.filter(({ status }) => status === 'generating');
  expect(new Set(running.map(({ total_steps }) => total_steps)).size).toBeLessThanOrEqual(1);
  for (const { current_step: step, total_steps: steps, percentage } of records)
    expect(percentage).toBeCloseTo((step / steps) * 100);
  const ends = records.filter(({ status }) => status === 'completed' || status === 'failed');
  expect(ends).toHaveLength(1);
  expect(records.at(-1)).toBe(ends[0]);
  expect(records.findLastIndex(({ status }) => status === 'pending')).toBeLessThanOrEqual(0);
  const { status, error, message, current_step: step, total_steps: steps } = ends[0] as TaskRecord;
  if (status === 'completed') expect([step, error]).toEqual([steps, null]);
  else expect(message).toBe(`Generation failed: ${error ?? ''}`);
}
