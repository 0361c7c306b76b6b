import type { EngineInfo, OpenArtifact, Stats, Verbs } from '../commands.js';
import { RendercastError } from '../errors.js';
import type { Job, Snapshot } from '../job.js';
import type { Artifact } from '../media.js';
import { isEnded } from '../reduce.js';
import { createScriptedWorkerVerbs } from './worker-verbs.contract.js';

/** Verbs over the one job of the exam, and the reins that the exam holds them by. */
export interface ScriptedVerbs extends Verbs {
  /** Names of the verbs that were called, in order. */
  readonly calls: readonly string[];
  /** Aborts when the exam is over. */
  readonly signal: AbortSignal;
  /** Makes every verb refuse from now on. */
  refuseAll(error: RendercastError): void;
  /** The job has changed: whoever waits for its end looks again. */
  changed(): void;
  /** Keeps an eye on a call that goes on by itself. */
  track(call: Promise<void>): void;
  /** Lets calls that can go on do so; throws what one of them threw. */
  settle(): Promise<void>;
  end(): void;
}

const FILE: Artifact = {
  id: 'art_input',
  jobId: null,
  mediaType: 'image/png',
  sizeBytes: 3,
  digest: 'cd'.repeat(32),
  name: 'sketch.png',
  width: 8,
  height: 8,
  durationMs: null,
  hasThumbnail: true,
  parameters: null,
  createdAt: '2026-01-02T03:04:05.000Z',
};

const ENGINE: EngineInfo = {
  name: 'rehearsal',
  backend: 'rehearsal',
  kinds: ['image', 'music'],
  models: [{ id: 'scripted', title: 'Scripted' }],
  features: ['previews', 'steps'],
  auto: true,
  health: 'up',
  message: null,
  slots: 1,
  busy: 0,
  intake: 'open',
};

const section = { name: 'Verse', durationMs: 10_000, positiveStyles: [], negativeStyles: [], lines: [] };

const STATS: Stats = {
  version: '0.1.0',
  uptimeMs: 1_000,
  jobs: { queued: 0, running: 1, succeeded: 0, failed: 0, canceled: 0 },
  queue: { waiting: 0, limit: 10_000, submitted: 1, retries: 0 },
  waits: { count: 1, p50Ms: 4, p95Ms: 4 },
  runs: { count: 0, p50Ms: null, p95Ms: null },
  ended: { succeeded: 0, failed: 0, canceled: 0 },
  failures: {},
  connections: { sockets: 1, streams: 0, polls: 0 },
  deliveries: { facts: 3, levels: 2, merged: 0, resets: 0 },
  dialects: { sample: { facts: 3, levels: 2, merged: 0 } },
  resets: { epoch: 0, horizon: 0, ahead: 0, malformed: 0 },
  readersBehind: 0,
  loopDelayP50Ms: 0.1,
  loopDelayP99Ms: 0.4,
  loopDelayMaxMs: 2,
};

export function createScriptedVerbs(snapshot: () => Snapshot | null): ScriptedVerbs {
  const calls: string[] = [];
  const over = new AbortController();
  let refusal: RendercastError | null = null;
  let waiting: (() => void)[] = [];
  let running = 0;
  const failures: unknown[] = [];

  function called(name: keyof Verbs): void {
    calls.push(name);
    if (refusal !== null) throw refusal;
  }

  function standing(id: string): Snapshot {
    const now = snapshot();
    if (now === null || (id !== now.job.id && id !== now.job.clientId)) throw new RendercastError('not_found');
    return now;
  }

  /** What was submitted becomes the job of the exam, whatever was asked for. */
  function submitted(): Job {
    const now = snapshot();
    if (now === null) throw new Error('the exam has not let the job begin');
    return now.job;
  }

  /** The uploaded file, or one of the job, also of one that has not made it yet. */
  function open(id: string): OpenArtifact {
    const artifact = id === FILE.id ? FILE : { ...FILE, id, jobId: snapshot()?.job.id ?? null };
    return {
      artifact,
      mediaType: artifact.mediaType,
      sizeBytes: FILE.sizeBytes,
      body: async function* () {
        yield Uint8Array.of(1, 2, 3);
      },
    };
  }

  return {
    calls,
    signal: over.signal,
    principal: { owner: 'local', roles: ['user', 'operator', 'worker'] },
    refuseAll(error) {
      refusal = error;
    },
    changed() {
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    track(call) {
      running += 1;
      call.catch((thrown: unknown) => failures.push(thrown)).finally(() => (running -= 1));
    },
    async settle() {
      if (running > 0) await new Promise((resolve) => setTimeout(resolve, 0));
      if (failures.length > 0) throw failures[0];
    },
    end: () => over.abort(),
    async submit() {
      called('submit');
      return { job: submitted(), replayed: false };
    },
    async submitBatch(batch) {
      called('submitBatch');
      return { batch: batch.id ?? 'batch_1', jobs: [submitted()], replayed: false };
    },
    async get(id) {
      called('get');
      return standing(id);
    },
    async list() {
      called('list');
      const now = snapshot();
      return { jobs: now === null ? [] : [now.job], next: null, feedCursor: 'exam:40' };
    },
    async cancel(id) {
      called('cancel');
      return standing(id).job;
    },
    async retry(id) {
      called('retry');
      return { job: standing(id).job, replayed: true };
    },
    async edit(id) {
      called('edit');
      return standing(id).job;
    },
    async note(id) {
      called('note');
      standing(id);
    },
    async remove(id) {
      called('remove');
      standing(id);
    },
    async ended(id, signal) {
      called('ended');
      for (;;) {
        const { job } = standing(id);
        if (isEnded(job)) return job;
        await new Promise<void>((resolve, reject) => {
          waiting.push(resolve);
          signal.addEventListener('abort', () => reject(new RendercastError('canceled')), { once: true });
        });
      }
    },
    async putFile(file) {
      called('putFile');
      for await (const _part of file.body) continue;
      return { ...FILE, mediaType: file.mediaType, name: file.name };
    },
    async openArtifact(id) {
      called('openArtifact');
      return open(id);
    },
    async openOutput(id, slot) {
      called('openOutput');
      const { job } = standing(id);
      const artifact = job.outputs.find((output) => output.slot === slot)?.artifact;
      if (artifact !== undefined) return open(artifact.id);
      return {
        mediaType: 'audio/mpeg',
        name: 'song.mp3',
        body: async function* () {
          yield Uint8Array.of(1, 2, 3);
        },
      };
    },
    async removeArtifact() {
      called('removeArtifact');
    },
    async artifactsByDigest(start) {
      called('artifactsByDigest');
      return [{ ...FILE, jobId: submitted().id, digest: start.padEnd(64, '0') }];
    },
    async preview(id) {
      called('preview');
      standing(id);
      return { mediaType: 'image/jpeg', bytes: Uint8Array.of(0xff, 0xd8) };
    },
    async plan() {
      called('plan');
      return { positiveStyles: [], negativeStyles: [], sections: [section] };
    },
    async engines() {
      called('engines');
      return [ENGINE];
    },
    async setIntake(backend, intake) {
      called('setIntake');
      return backend === null || backend === ENGINE.backend ? [{ ...ENGINE, intake }] : [];
    },
    async stats() {
      called('stats');
      return STATS;
    },
    worker: createScriptedWorkerVerbs(() => called('worker'), FILE),
  };
}
