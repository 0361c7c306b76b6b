import { ERRORS, type Principal, RendercastError } from '@rendercast/protocol';
import type { ReportAnswer, Standing, WorkEnd, WorkFailure } from '@rendercast/protocol/worker/messages';
import type { WorkerVerbs, WorkRef } from '@rendercast/protocol/worker/verbs';
import { fileKey } from '../../blobs/keys.js';
import type { LeaseRef } from '../../stores/store.js';
import { type Failure, OUTCOME_UNKNOWN } from '../claimant.js';
import { claimWork } from './claim-work.js';
import type { HeldWork } from './held-work.js';
import { createHeldWorks } from './held-works.js';
import type { Presence } from './presence.js';
import { receiveOutput } from './receive-output.js';
import type { RemoteOptions, RemoteParts } from './remote-parts.js';
import { createWorkBell } from './work-bell.js';

/** The door to the queue for workers of somebody else's making, in whatever language and on whatever machine. */
export interface RemoteWork {
  verbsFor(principal: Principal): WorkerVerbs;
  close(): void;
}

/** Joins the verbs of claimants over one queue. Nothing here is needed after a restart: leases are in the store. */
export function createRemoteWork(options: RemoteOptions): RemoteWork {
  const { clock, directory, limits, presence, queue, seal, store } = options;
  const parts: RemoteParts = {
    ...options,
    traitsOf: (job) => directory.traits(job.ranOn?.engine ?? job.engine) ?? { repeatable: true },
  };
  const works = createHeldWorks(parts);
  const bell = createWorkBell(queue, clock);

  function verbsFor(principal: Principal): WorkerVerbs {
    function requireWorker(): void {
      if (!principal.roles.includes('worker'))
        throw new RendercastError('forbidden', 'this needs a key with the role worker');
    }
    function leaseOf({ jobId, lease }: WorkRef): LeaseRef {
      requireWorker();
      const opened = seal.open(principal.owner, jobId, lease);
      if (opened === null) throw new RendercastError('not_found', `you hold no job "${jobId}" under this lease`);
      return opened;
    }
    /** The attempt behind a word of its worker, which renews the lease. */
    async function workOf(ref: WorkRef): Promise<HeldWork> {
      const work = await works.of(leaseOf(ref));
      await work.touch();
      return work;
    }
    /** What the store refuses is over here, too. */
    async function acting<T>(ref: WorkRef, act: (work: HeldWork) => Promise<T>): Promise<T> {
      const work = await workOf(ref);
      try {
        return await act(work);
      } catch (thrown) {
        if (thrown instanceof RendercastError && thrown.code === 'superseded') work.close();
        throw thrown;
      }
    }
    const answer = (work: HeldWork): ReportAnswer => ({
      standing: work.standing(),
      wantsPreview: work.standing() === 'held' && options.bus.wantsPreviews(work.job.id),
    });

    return {
      async claim(about, waitMs, signal) {
        requireWorker();
        presence.heard(about);
        return await staying(presence, about.worker, () =>
          claimWork(parts, { bell, works }, principal, { about, waitMs, signal }),
        );
      },
      async heartbeat({ about, leases }, waitMs, signal) {
        requireWorker();
        if (about !== undefined) presence.heard(about);
        const looked = await Promise.all(leases.map((ref) => workOf(ref).catch(nullIfOver)));
        const standingOf = (work: HeldWork | null): Standing => work?.standing() ?? 'superseded';
        const wait = Math.min(waitMs, limits.leaseMs / 3);
        if (wait > 0 && looked.every((work) => standingOf(work) === 'held')) {
          const waiting = () => anyChange(looked, wait, signal, clock);
          await (about === undefined ? waiting() : staying(presence, about.worker, waiting));
        }
        const jobs = leases.map(({ jobId }, at) => ({ jobId, standing: standingOf(looked[at] ?? null) }));
        return { jobs, leaseMs: limits.leaseMs };
      },
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
          const { repeatable, adopts } = parts.traitsOf(work.job);
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
          const sizeBytes = artifact === null ? null : await options.blobs.size(fileKey(artifactId));
          if (artifact === null || sizeBytes === null)
            throw new RendercastError('not_found', `the job has no input "${artifactId}"`);
          const body = (range: { start: number; end: number } | null) => options.blobs.read(fileKey(artifactId), range);
          return { artifact, mediaType: artifact.mediaType, sizeBytes, body };
        }),
      async succeed(ref) {
        const lease = leaseOf(ref);
        const stored = await store.find(lease.jobId, null);
        // Its answer was lost on the way, and the worker asks again.
        if (stored?.job.state === 'succeeded' && stored.job.attempt === lease.attempt) return { state: 'succeeded' };
        if (stored?.job.outputs.some(({ attempt }) => attempt === lease.attempt) === false)
          throw new RendercastError('invalid_request', 'a job succeeds with an output; none of this attempt is stored');
        return await acting(ref, async (work) => ended(work, await queue.succeed(lease, work.tracker.reached())));
      },
      fail: (ref, failure) =>
        acting(ref, async (work) => {
          const judged = failureOf(failure);
          if (judged.retryable) await resolve(parts, work);
          return ended(work, await queue.fail(work.lease, judged, work.tracker.reached()));
        }),
      handBack: (ref) =>
        acting(ref, async (work) => {
          await resolve(parts, work);
          return ended(work, await queue.handBack(work.lease, work.tracker.reached()));
        }),
    };
  }

  return {
    verbsFor,
    close() {
      bell.close();
      works.close();
    },
  };
}

function ended(work: HeldWork, { state }: WorkEnd): WorkEnd {
  work.close();
  return { state };
}

/** The worker counts as here while its call waits. */
async function staying<T>(presence: Presence, worker: string, call: () => Promise<T>): Promise<T> {
  const left = presence.waits(worker);
  let how: Parameters<typeof left>[0] = 'broken';
  try {
    const answer = await call();
    how = 'answered';
    return answer;
  } finally {
    left(how);
  }
}

/** In an answer about many, one that is over is no error. */
function nullIfOver(thrown: unknown): null {
  if (thrown instanceof RendercastError && (thrown.code === 'superseded' || thrown.code === 'not_found')) return null;
  throw thrown;
}

/** Waits until one of them should stop, or for the time given. */
async function anyChange(
  looked: readonly (HeldWork | null)[],
  waitMs: number,
  signal: AbortSignal,
  clock: RemoteOptions['clock'],
): Promise<void> {
  const waited = new AbortController();
  const takeBack = clock.after(waitMs, () => waited.abort());
  const ending = AbortSignal.any([signal, waited.signal]);
  try {
    const changes = looked.flatMap((work) => (work === null ? [] : [work.changed(ending)]));
    await Promise.race([waits(ending), ...changes]).catch(() => undefined);
  } finally {
    takeBack();
    waited.abort();
  }
  signal.throwIfAborted();
}

function waits(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** The worker itself says that another attempt is right: nothing of this one is left that must not be done twice. */
async function resolve({ directory, store }: RemoteParts, { job, lease }: HeldWork): Promise<void> {
  const traits = directory.traits(job.ranOn?.engine ?? job.engine);
  if (traits?.repeatable === true || traits?.adopts === true) return;
  await store.saveHandle(lease.jobId, lease.attempt, null);
}

function failureOf({ code, message, retryable, retryAfterMs }: WorkFailure): Failure {
  if (code === 'outcome_unknown') return OUTCOME_UNKNOWN;
  return { code, message, retryable: retryable ?? ERRORS[code].retryable, retryAfterMs };
}
