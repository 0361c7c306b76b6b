import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SocketRoute } from '../../dialect.js';
import { drawnLife } from '../../dialect-exam/drawn-life.contract.js';
import { createScriptedHouse } from '../../dialect-exam/house.contract.js';
import { PLAN } from './fixtures/calls.js';
import { musicRenderDialect, serverMessageSchema } from './index.js';

const [route] = musicRenderDialect.sockets as [SocketRoute];
const STAGES = ['connected', 'validating', 'validated', 'generating', 'processing', 'saving', 'extracting', 'complete'];

describe('the rules of a render, over any life of a job and joined at any point of it', () => {
  it('ALL-10: percentages rise, every stage of a success is told, and one result or error comes before the close', async () => {
    await fc.assert(
      fc.asyncProperty(drawnLife('music'), fc.nat(), async (life, cut) => {
        const house = createScriptedHouse(life);
        await house.liveTo(1 + (cut % life.steps.length));
        const socket = await house.connect({ dialect: musicRenderDialect, socket: route });
        await socket.say(JSON.stringify({ type: 'render', composition_plan: PLAN }));
        await house.liveTo(life.steps.length);
        await house.verbs.settle();

        const messages = socket.frames.map((frame) => serverMessageSchema.parse(JSON.parse(frame as string)));
        const progress = messages.filter((message) => message.type === 'progress');
        const percents = progress.map(({ progress_percent }) => progress_percent);
        expect(percents).toEqual([...new Set(percents)].sort((left, right) => left - right));
        const stages = [...new Set(progress.map(({ stage }) => stage))];
        expect(stages).toEqual(STAGES.filter((stage) => (stages as string[]).includes(stage)));
        const last = messages.at(-1);
        expect(messages.filter(({ type }) => type !== 'progress')).toEqual([last]);
        if (last?.type === 'result') expect(stages).toEqual(STAGES);
        expect(socket.closed?.code).toBe(1000);
        for (const message of messages.slice(1)) expect(message.request_id).toBeTypeOf('string');
      }),
      { numRuns: 300 },
    );
  });
});
