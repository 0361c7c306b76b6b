import type { JobKind, MediaRequest } from '@rendercast/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Engine } from './engine.js';
import { createWitness, type Witness, type WitnessOptions, workOf } from './engine-witness.contract.js';

/** One request that the exam runs: small, so that it ends in a second or two, with at least four progress reports. */
export interface ExamJob {
  title: string;
  kind: JobKind;
  request: MediaRequest;
  /** Number of outputs it must hand in. */
  outputs: number;
  /** Media type of each. */
  mediaType: string;
}

export interface EngineExam {
  name: string;
  open(): Engine | Promise<Engine>;
  jobs: readonly ExamJob[];
  /** How soon a run must end after an abort, in milliseconds. */
  abortWithinMs: number;
  inputs?: WitnessOptions['inputs'];
  /** Whether the same seed gives the same bytes. Default: true. Say why in the test file where it is false. */
  deterministic?: boolean;
  /** Whether the backend can tell how far it is. Default: true; where it cannot, reports carry no fraction but the last. */
  progress?: boolean;
  /** Whether the engine shows previews. Default: true for images, false for music. */
  previews?: boolean;
}

/** First bytes of each media type: a file that says PNG must be one. */
const MAGIC: Record<string, (bytes: Uint8Array) => boolean> = {
  'image/png': (bytes) => hex(bytes, 0, 8) === '89504e470d0a1a0a',
  'image/jpeg': (bytes) => hex(bytes, 0, 3) === 'ffd8ff',
  'image/webp': (bytes) => ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP',
  'audio/wav': (bytes) => ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WAVE',
  'audio/mpeg': (bytes) => ascii(bytes, 0, 3) === 'ID3' || (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe0) === 0xe0),
  'audio/flac': (bytes) => ascii(bytes, 0, 4) === 'fLaC',
  'audio/ogg': (bytes) => ascii(bytes, 0, 4) === 'OggS',
};

/** The exam that every engine passes: run it from the engine's own test file. */
export function engineContract(exam: EngineExam): void {
  describe(`${exam.name} keeps the engine contract`, () => {
    let engine: Engine;
    beforeEach(async () => {
      engine = await exam.open();
    });
    afterEach(async () => {
      await engine.close();
    });
    const run = async (job: ExamJob, seed: number, options: WitnessOptions = {}): Promise<Witness> => {
      const witness = createWitness({ ...(exam.inputs === undefined ? {} : { inputs: exam.inputs }), ...options });
      await engine.run(workOf(engine, job.kind, job.request, seed), witness.context);
      return witness;
    };

    test('says what it can do', async () => {
      const capabilities = await engine.capabilities();
      expect(capabilities.kinds.length).toBeGreaterThan(0);
      expect(capabilities.slots).toBeGreaterThanOrEqual(1);
      for (const job of exam.jobs) expect(capabilities.kinds).toContain(job.kind);
    });

    for (const job of exam.jobs) describe(job.title, () => examineJob(exam, job, run, () => engine));

    test('leaves nothing open once it is closed', async () => {
      await engine.close();
      const before = openResources();
      const another = await exam.open();
      const [job] = exam.jobs;
      if (job === undefined) throw new Error('the exam needs a job');
      const witness = createWitness(exam.inputs === undefined ? {} : { inputs: exam.inputs });
      await another.run(workOf(another, job.kind, job.request, 1), witness.context);
      await witness.free();
      await another.close();
      await vi.waitFor(() => expect(openResources()).toEqual(before), { timeout: 5_000 });
    });

    test('ends the runs that are under way when it is closed', async () => {
      const [job] = exam.jobs;
      if (job === undefined) throw new Error('the exam needs a job');
      let sayStarted = (): void => undefined;
      const started = new Promise<void>((resolve) => {
        sayStarted = resolve;
      });
      const ended = run(job, 1, { onProgress: () => sayStarted() }).then(
        () => 'ended',
        () => 'ended',
      );
      await started;
      await engine.close();
      expect(await ended).toBe('ended');
    });
  });
}

type Run = (job: ExamJob, seed: number, options?: WitnessOptions) => Promise<Witness>;

function examineJob(exam: EngineExam, job: ExamJob, run: Run, engine: () => Engine): void {
  test('hands in every output before it resolves, in whole files of the type it names that begin with what was heard', async () => {
    const witness = await run(job, 7);
    expect(witness.outputs.map((output) => output.slot).sort((left, right) => left - right)).toEqual([
      ...Array(job.outputs).keys(),
    ]);
    for (const output of witness.outputs) {
      expect(output.mediaType).toBe(job.mediaType);
      expect(output.name).toMatch(/^[^/\\]+\.[a-z0-9]+$/);
      expect(MAGIC[output.mediaType]?.(output.bytes) ?? output.bytes.length > 0).toBe(true);
      if (job.kind === 'image') expect(Math.min(output.width ?? 0, output.height ?? 0)).toBeGreaterThan(0);
      else expect(output.durationMs).toBeGreaterThan(0);
      const heard = Buffer.concat(witness.grown.filter(({ slot }) => slot === output.slot).map(({ bytes }) => bytes));
      expect(heard.equals(output.bytes.subarray(0, heard.length))).toBe(true);
    }
    for (const { slot, mediaType } of witness.grown)
      expect(witness.outputs.find((output) => output.slot === slot)?.mediaType).toBe(mediaType);
  });

  test('enters a stage first, and counts stages and steps within their bounds', async () => {
    const witness = await run(job, 7);
    expect(witness.order[0]).toBe('stage');
    for (const stage of witness.stages) {
      expect(stage.stage).not.toBe('');
      if (stage.index !== undefined) expect(stage.index).toBeGreaterThanOrEqual(1);
      if (stage.count !== undefined) expect(stage.index ?? 1).toBeLessThanOrEqual(stage.count);
    }
  });

  test('reports progress that never falls and reaches 1', async () => {
    const { progress } = await run(job, 7);
    const fractions = progress.flatMap(({ fraction }) => (fraction === null ? [] : [fraction]));
    if (exam.progress === false) expect(fractions).toEqual([1]);
    else expect(fractions.length).toBeGreaterThanOrEqual(4);
    expect(fractions).toEqual([...fractions].sort((left, right) => left - right));
    expect(fractions[0]).toBeGreaterThanOrEqual(0);
    expect(fractions.at(-1)).toBe(1);
    const steps = progress.flatMap(({ step }) => (step === undefined ? [] : [step]));
    expect(steps).toEqual([...steps].sort((left, right) => left - right));
    for (const { step, steps: all } of progress) expect(step ?? 0).toBeLessThanOrEqual(all ?? Number.POSITIVE_INFINITY);
  });

  test('shows previews where they are wanted, small and changing, and none where they are not', async () => {
    const watched = await run(job, 7, { previews: true });
    const unwatched = await run(job, 7, { previews: false });
    expect(unwatched.previews).toEqual([]);
    if (!(exam.previews ?? job.kind === 'image')) return;
    expect(watched.previews.length).toBeGreaterThanOrEqual(2);
    for (const preview of watched.previews) {
      expect(preview.bytes.length).toBeLessThanOrEqual(100_000);
      expect(MAGIC[preview.mediaType]?.(preview.bytes)).toBe(true);
    }
    expect(hex(watched.previews[0]?.bytes ?? new Uint8Array())).not.toBe(
      hex(watched.previews.at(-1)?.bytes ?? new Uint8Array()),
    );
  });

  // Of some services a seed is not even asked.
  if (exam.deterministic !== false)
    test('gives the same bytes for the same seed, other bytes for another', async () => {
      const digests = async (seed: number) =>
        (await run(job, seed)).outputs.sort((left, right) => left.slot - right.slot).map((output) => output.digest);
      const first = await digests(7);
      expect(await digests(7)).toEqual(first);
      expect(await digests(8)).not.toEqual(first);
      expect(new Set(first).size).toBe(first.length);
    });

  // A promise in milliseconds, on a machine that others use too: one of three tries must keep it.
  test('stops soon after an abort in mid-run, with the reason, and hands in nothing after it', {
    retry: 2,
  }, async () => {
    const reason = new Error('the exam aborts');
    const abort = new AbortController();
    let abortedAt = 0;
    const witness = createWitness({
      signal: abort.signal,
      ...(exam.inputs === undefined ? {} : { inputs: exam.inputs }),
      onProgress(count) {
        if (count !== 2) return;
        abortedAt = performance.now();
        abort.abort(reason);
      },
    });
    await expect(engine().run(workOf(engine(), job.kind, job.request, 7), witness.context)).rejects.toThrow();
    expect(performance.now() - abortedAt).toBeLessThan(exam.abortWithinMs);
    expect(witness.outputs.filter((output) => output.afterAbort)).toEqual([]);
  });

  test('does no work for a job that is aborted before it starts', async () => {
    const witness = createWitness({ signal: AbortSignal.abort(new Error('aborted before')) });
    await expect(engine().run(workOf(engine(), job.kind, job.request, 7), witness.context)).rejects.toThrow();
    expect(witness.outputs).toEqual([]);
    expect(witness.progress).toEqual([]);
  });

  test('runs again after an abort as if nothing had been', async () => {
    const abort = new AbortController();
    const cut = run(job, 7, { signal: abort.signal, onProgress: () => abort.abort(new Error('cut')) });
    await expect(cut).rejects.toThrow();
    const { outputs } = await run(job, 7);
    expect(outputs).toHaveLength(job.outputs);
  });
}

/** What keeps a process alive, counted by kind; timers come and go with the test runner and are left out. */
function openResources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const resource of process.getActiveResourcesInfo()) {
    if (resource === 'Timeout' || resource === 'Immediate') continue;
    counts[resource] = (counts[resource] ?? 0) + 1;
  }
  return counts;
}

const hex = (bytes: Uint8Array, from = 0, to = bytes.length) => Buffer.from(bytes.subarray(from, to)).toString('hex');
const ascii = (bytes: Uint8Array, from: number, to: number) => Buffer.from(bytes.subarray(from, to)).toString('latin1');
