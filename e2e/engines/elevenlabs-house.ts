import { type Fact, type Job, pageSchema, parsePosition } from '@rendercast/protocol';
import { jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import type { Manners } from '../../packages/server/src/engines/elevenlabs/fake/manners.js';
import { type FakeProcess, startFake } from '../../packages/server/src/engines/elevenlabs/fake-process.contract.js';
import { readJob, readJobFacts } from '../stories/log-over-http.js';
import { call, until } from '../support/house.js';

export const KEY = 'e2e-key-0123456789abcdef';

/** The setting that makes a backend of a fake. */
export const backendOf = (fake: Pick<FakeProcess, 'url'>, options: object = {}): string =>
  JSON.stringify([{ name: 'songs', engine: 'elevenlabs', apiKey: KEY, url: fake.url, ...options }]);

export const fakeService = (manners: Partial<Manners> = {}): Promise<FakeProcess> => startFake(manners, KEY);

/** A song of a few seconds; its title tells the calls of one job from those of others. */
const songOf = (title: string, durationMs = 3_000): object => ({
  kind: 'music',
  engine: 'elevenlabs',
  request: {
    plan: {
      title,
      sections: [{ name: title, durationMs, lines: ['a line'] }],
    },
  },
});

export async function orderSong(url: string, title: string, durationMs?: number): Promise<string> {
  return (await call(url, '/v1/jobs', { body: songOf(title, durationMs) })).as(jobAnswerSchema).job.id;
}

export const endOf = (url: string, id: string, withinMs?: number): Promise<Job> =>
  until(
    async () => {
      const job = await readJob(url, id);
      return job.endedAt === null ? null : job;
    },
    'the end of a song',
    withinMs,
  );

export async function factsOf(url: string, id: string): Promise<Fact[]> {
  const { feedCursor } = (await call(url, '/v1/jobs?limit=1')).as(pageSchema);
  return await readJobFacts(url, parsePosition(feedCursor)?.epoch ?? '', id);
}

export const ENDS: readonly Fact['type'][] = ['succeeded', 'failed', 'canceled'];

/** How many calls were paid for songs of this title. */
export async function paidFor(fake: FakeProcess, title: string): Promise<number> {
  return (await fake.paid()).filter(({ body }) => JSON.stringify(body).includes(`[${title}]`)).length;
}
