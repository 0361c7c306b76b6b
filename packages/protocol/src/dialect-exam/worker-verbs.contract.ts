import type { Artifact } from '../media.js';
import type { ReportAnswer, Work } from '../worker/messages.js';
import type { WorkerVerbs } from '../worker/verbs.js';

const ANSWER: ReportAnswer = { standing: 'held', wantsPreview: true };

const WORK: Work = {
  jobId: 'job_0000000000000000000001',
  lease: '1.abc',
  attempt: 1,
  leaseMs: 15_000,
  kind: 'image',
  request: { prompt: 'a red fox' },
  seed: 7,
  handle: null,
};

/** What a remote worker of the exam asks: there is one job, and it holds it. `called` refuses when all is refused. */
export function createScriptedWorkerVerbs(called: () => void, file: Artifact): WorkerVerbs {
  return {
    async claim() {
      called();
      return WORK;
    },
    async heartbeat({ leases }) {
      called();
      return { jobs: leases.map(({ jobId }) => ({ jobId, standing: 'held' as const })), leaseMs: 15_000 };
    },
    async watch() {
      called();
      return await new Promise<never>(() => undefined); // the job goes on as it does
    },
    async report() {
      called();
      return ANSWER;
    },
    async output(_ref, { digest, body }) {
      called();
      let sizeBytes = 0;
      for await (const part of body) sizeBytes += part.length;
      return { ...ANSWER, artifactId: 'art_2_0', digest, sizeBytes };
    },
    async keepHandle() {
      called();
      return ANSWER;
    },
    async input() {
      called();
      return {
        artifact: file,
        mediaType: file.mediaType,
        sizeBytes: file.sizeBytes,
        body: async function* () {
          yield Uint8Array.of(1, 2, 3);
        },
      };
    },
    async succeed() {
      called();
      return { state: 'succeeded' };
    },
    async fail() {
      called();
      return { state: 'queued' };
    },
    async handBack() {
      called();
      return { state: 'queued' };
    },
  };
}
