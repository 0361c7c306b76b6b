import { createHash } from 'node:crypto';
import {
  type About,
  claimAnswerSchema,
  type HeartbeatAnswer,
  heartbeatAnswerSchema,
  type OutputAnswer,
  outputAnswerSchema,
  type ReportAnswer,
  reportAnswerSchema,
  type Work,
  type WorkEnd,
  workEndSchema,
} from '@rendercast/protocol/worker/messages';
import { type Answer, type CallOptions, call } from './house.js';

/** A picture of one pixel. */
export const PIXEL = Uint8Array.from(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
);

/** A worker of somebody else's making, at the end of a wire. Its words go to whatever address is named, as they are. */
export interface RemoteWorker {
  about: Partial<About>;
  /** Calls as this worker; throws unless the answer is a success. */
  ask(path: string, options?: CallOptions): Promise<Answer>;
  /** As `ask`, whatever the answer. */
  say(path: string, options?: CallOptions): Promise<Answer>;
  claim(waitMs?: number): Promise<Work | null>;
  /** Claims until there is something. */
  work(): Promise<Work>;
  heartbeat(works: readonly Work[], waitMs?: number): Promise<HeartbeatAnswer>;
  report(work: Work, said: object): Promise<ReportAnswer>;
  upload(work: Work, bytes?: Uint8Array, slot?: number): Promise<OutputAnswer>;
  end(work: Work, how: 'succeed' | 'fail' | 'hand-back', body?: object): Promise<WorkEnd>;
}

/** The path of a word about a held job. */
export const wordPath = (work: Pick<Work, 'jobId' | 'lease'>, word: string, query = ''): string =>
  `/v1/worker/jobs/${work.jobId}/${word}?lease=${encodeURIComponent(work.lease)}${query}`;

export const contentDigest = (bytes: Uint8Array): string =>
  `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;

export function createRemoteWorker(
  url: string | (() => string),
  given: Partial<About> & { key?: string } = {},
): RemoteWorker {
  const { key, ...rest } = given;
  const about = { worker: 'rig-1', engine: 'rig', kinds: ['image' as const], ...rest };
  const say = (path: string, options: CallOptions = {}): Promise<Answer> =>
    call(typeof url === 'string' ? url : url(), path, { ...(key === undefined ? {} : { key }), ...options });
  async function ask(path: string, options: CallOptions = {}): Promise<Answer> {
    const answer = await say(path, options);
    if (answer.status >= 300) throw new Error(`${path.split('?')[0]} answered ${answer.status}: ${answer.text}`);
    return answer;
  }
  const worker: RemoteWorker = {
    about,
    ask,
    say,
    claim: async (waitMs = 0) =>
      (await ask(`/v1/worker/claim?wait=${waitMs}`, { body: about })).as(claimAnswerSchema).work,
    async work() {
      for (;;) {
        const work = await worker.claim(5_000);
        if (work !== null) return work;
      }
    },
    heartbeat: async (works, waitMs = 0) =>
      (
        await ask(`/v1/worker/heartbeat?wait=${waitMs}`, {
          body: { about, leases: works.map(({ jobId, lease }) => ({ jobId, lease })) },
        })
      ).as(heartbeatAnswerSchema),
    report: async (work, said) => (await ask(wordPath(work, 'report'), { body: said })).as(reportAnswerSchema),
    upload: async (work, bytes = PIXEL, slot = 0) =>
      (
        await ask(wordPath(work, 'output', `&slot=${slot}&parameters=${encodeURIComponent('{"seed":1}')}`), {
          method: 'PUT',
          body: bytes,
          headers: { 'content-type': 'image/png', 'content-digest': contentDigest(bytes) },
        })
      ).as(outputAnswerSchema),
    end: async (work, how, body) =>
      (await ask(wordPath(work, how), body === undefined ? { method: 'POST' } : { body })).as(workEndSchema),
  };
  return worker;
}
