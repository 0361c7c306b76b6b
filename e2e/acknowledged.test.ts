import { pageSchema } from '@rendercast/protocol';
import { batchAnswerSchema, jobAnswerSchema, snapshotAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordProof } from './proof/record.js';
import { createChance, seedOfRun, timesOfRun } from './stories/chance.js';
import { createServerProcess, type ServerProcess } from './stories/server-process.js';
import { type Answer, call, rehearsal } from './support/house.js';

const SEED = seedOfRun(7_310);
const ROUNDS = timesOfRun('RENDERCAST_TEST_ACKNOWLEDGED', 2);
/** Submissions of a round. */
const SUBMISSIONS = 40;
/** Submissions on their way at a time. */
const SENDERS = 16;

let server: ServerProcess;
beforeAll(async () => {
  // Each round leaves jobs behind: many rounds are more than one owner may have waiting.
  server = await createServerProcess(['--max-waiting-per-owner', '1000000', '--max-waiting', '1000000']);
  await server.start();
});
afterAll(() => server.close());

/** One submission, to be sent again as it was. */
interface Submission {
  path: '/v1/jobs' | '/v1/batches';
  key: string;
  body: Record<string, unknown>;
  /** Ids of its jobs, once they were acknowledged. */
  acknowledged: string[] | null;
}

async function send(submission: Submission): Promise<Answer | null> {
  const { path, key, body } = submission;
  try {
    return await call(server.url, path, { body, headers: { 'idempotency-key': key } });
  } catch {
    return null; // the server died before it answered
  }
}

function idsOf({ path }: Submission, answer: Answer): string[] {
  if (path === '/v1/jobs') return [answer.as(jobAnswerSchema).job.id];
  return answer.as(batchAnswerSchema).jobs.map(({ id }) => id);
}

it(`RC-ACK-1 RC-SUBMIT-2: what was acknowledged is there after a kill, and what was not is made once when it is asked again (seed ${SEED})`, {
  timeout: 60_000 + ROUNDS * 10_000,
}, async () => {
  const chance = createChance(SEED);
  const seen = { acknowledged: 0, unanswered: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    const tag = `round-${round}`;
    const job = { ...rehearsal({ stepMs: 1 }), tags: [tag] };
    const submissions = Array.from({ length: SUBMISSIONS }, (_, index): Submission => {
      const key = `${tag}-${index}`;
      const how = chance.pick(['key', 'id', 'batch']);
      if (how === 'batch') return { path: '/v1/batches', key, body: { jobs: [job, job, job] }, acknowledged: null };
      return { path: '/v1/jobs', key, body: how === 'id' ? { ...job, id: `own-${key}` } : job, acknowledged: null };
    });
    const killAfter = chance.between(1, SUBMISSIONS - 5);
    const killing: Promise<void>[] = [];
    let answers = 0;
    // Each sender sends the next as soon as it is answered, so that some are always on their way when the kill falls.
    const left = [...submissions];
    const sender = async (): Promise<void> => {
      for (let submission = left.shift(); submission !== undefined; submission = left.shift()) {
        const answer = await send(submission);
        if (answer === null) continue;
        expect(answer.status, answer.text).toBe(201);
        submission.acknowledged = idsOf(submission, answer);
        answers += 1;
        if (answers === killAfter) killing.push(server.kill());
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
    await Promise.all(killing);
    await server.start();

    for (const { acknowledged } of submissions)
      for (const id of acknowledged ?? [])
        expect((await call(server.url, `/v1/jobs/${id}`)).as(snapshotAnswerSchema).job.id).toBe(id);

    const made = new Set<string>();
    for (const submission of submissions) {
      const again = await send(submission);
      expect(again?.status, again?.text).toBe(201);
      const ids = again === null ? [] : idsOf(submission, again);
      if (submission.acknowledged !== null) {
        expect(ids).toEqual(submission.acknowledged);
        expect(again?.headers.get('idempotent-replayed')).toBe('true');
      }
      for (const id of ids) made.add(id);
      seen[submission.acknowledged === null ? 'unanswered' : 'acknowledged'] += 1;
    }
    const { jobs } = (await call(server.url, `/v1/jobs?tag=${tag}&limit=200`)).as(pageSchema);
    expect(jobs.map(({ id }) => id).sort()).toEqual([...made].sort());
  }
  const note = `${seen.acknowledged} acknowledged, ${seen.unanswered} unanswered submissions`;
  recordProof({ name: 'acknowledged', count: ROUNDS, wrong: 0, note });
  // The kill fell among the answers, not before or after all of them.
  expect(seen.acknowledged).toBeGreaterThan(0);
  expect(seen.unanswered).toBeGreaterThan(0);
});
