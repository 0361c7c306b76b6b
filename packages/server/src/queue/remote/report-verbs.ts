import { RendercastError } from '@rendercast/protocol';
import type { ReportAnswer } from '@rendercast/protocol/worker/messages';
import type { WorkerVerbs } from '@rendercast/protocol/worker/verbs';
import { fileKey } from '../../blobs/keys.js';
import type { Caller } from './caller.js';
import type { HeldWork } from './held-work.js';
import { receiveOutput } from './receive-output.js';
import type { RemoteParts } from './remote-parts.js';

/** What a worker says and brings while it works, and the inputs that it works on. */
export function createReportVerbs(
  parts: RemoteParts,
  { acting }: Caller,
): Pick<WorkerVerbs, 'report' | 'output' | 'keepHandle' | 'input'> {
  const { blobs, bus, store, traitsOf } = parts;
  const answer = (work: HeldWork): ReportAnswer => ({
    standing: work.standing(),
    wantsPreview: work.standing() === 'held' && bus.wantsPreviews(work.job.id),
  });

  return {
    report: (ref, { stage, progress, preview }) =>
      acting(ref, async (work) => {
        if (stage !== undefined) await work.stage(stage);
        work.over.throwIfAborted();
        if (progress !== undefined) work.tracker.progress(progress);
        if (preview !== undefined) {
          const { base64, ...picture } = preview;
          work.tracker.preview({ ...picture, bytes: Buffer.from(base64, 'base64') });
        }
        return answer(work);
      }),
    output: (ref, output, signal) =>
      acting(ref, async (work) => {
        const stop = AbortSignal.any([work.over, signal]);
        const stored = await work.tracker.waiting(() => receiveOutput(parts, work, output, stop));
        return { ...answer(work), ...stored };
      }),
    keepHandle: (ref, handle) =>
      acting(ref, async (work) => {
        const { repeatable, adopts } = traitsOf(work.job);
        const { engine = '', backend = '' } = work.job.ranOn ?? {};
        const isMark = handle !== null || (!repeatable && !adopts);
        const kept = isMark ? { engine, backend, value: handle, repeatable } : null;
        if (!(await store.saveHandle(ref.jobId, work.lease.attempt, kept))) throw new RendercastError('superseded');
        return answer(work);
      }),
    input: (ref, artifactId) =>
      acting(ref, async ({ job }) => {
        const named = 'inputs' in job.request ? (job.request.inputs ?? []) : [];
        const isNamed = named.some((input) => input.artifactId === artifactId);
        const artifact = isNamed ? await store.artifact(artifactId, null) : null;
        const sizeBytes = artifact === null ? null : await blobs.size(fileKey(artifactId));
        if (artifact === null || sizeBytes === null)
          throw new RendercastError('not_found', `the job has no input "${artifactId}"`);
        const body = (range: { start: number; end: number } | null) => blobs.read(fileKey(artifactId), range);
        return { artifact, mediaType: artifact.mediaType, sizeBytes, body };
      }),
  };
}
