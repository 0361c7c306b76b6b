import { type ImageRequest, type Json, RendercastError } from '@rendercast/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Engine, EngineContext, Work } from '../engine.js';
import { createWitness, type Witness, type WitnessOptions, workOf } from '../engine-witness.contract.js';
import { createFaultBook, type Ended } from '../fault-book.contract.js';
import { type Fake, startFake } from './fake-process.contract.js';
import { COMFYUI_FAULTS } from './fault-rows.contract.js';

const book = createFaultBook(COMFYUI_FAULTS);

let fake: Fake;
let engine: Engine;
beforeAll(async () => {
  fake = await startFake();
});
afterAll(() => fake.close());
beforeEach(async () => {
  await fake.manners();
  await fake.does('forget');
  engine = fake.engine();
  await engine.capabilities();
});
afterEach(() => engine.close());

interface Day {
  witness: Witness;
  /** What the run came to; exactly one thing. */
  ended: Promise<'done' | { code: string; retryable: boolean; message: string }>;
  handles: Json[];
  free: () => Promise<unknown>;
}

const request: ImageRequest = { prompt: 'a fox', steps: 6, width: 64, height: 64 };

function begin(
  options: WitnessOptions & { handle?: Json; on?: Engine; request?: ImageRequest; seed?: number } = {},
): Day {
  const witness = createWitness(options);
  const handles: Json[] = [];
  const context: EngineContext = {
    ...witness.context,
    async saveHandle(handle) {
      handles.push(handle);
    },
  };
  const on = options.on ?? engine;
  const work: Work = {
    ...workOf(on, 'image', options.request ?? request, options.seed ?? 1),
    handle: options.handle ?? null,
  };
  const ended = on.run(work, context).then(
    () => 'done' as const,
    (thrown: { code?: string; retryable?: boolean; message: string }) => ({
      ...{ code: thrown.code ?? 'aborted', retryable: thrown.retryable ?? false, message: thrown.message },
    }),
  );
  return { witness, ended, handles, free: witness.free };
}

/** What a run came to, held against the row of this fault. */
async function meets<T extends Ended>(fault: string, ended: Promise<T>): Promise<T> {
  const startedMs = performance.now();
  const verdict = await ended;
  book.judge('comfyui', fault, verdict, performance.now() - startedMs);
  return verdict;
}

const promptOf = (handle: Json | undefined) => (handle as { promptId: string }).promptId;
const stepsOf = ({ witness }: Day) => witness.progress.map(({ step }) => step ?? 0);
const posts = async () => (await fake.state()).posted.length;
const isRunning = (day: Day) =>
  vi.waitFor(async () => expect((await fake.state()).running).toBe(promptOf(day.handles[0])), {
    timeout: 5_000,
    interval: 10,
  });

describe('the socket is an extra', () => {
  test('a deaf one costs the steps, not the picture', async () => {
    await fake.manners({ deaf: true, stepMs: 30 });
    const day = begin();
    await meets('deaf socket', day.ended);
    expect(day.witness.outputs).toHaveLength(1);
    expect(day.witness.progress.at(-1)?.fraction).toBe(1);
    expect(day.witness.previews).toEqual([]);
  });

  test('a line that is cut in mid-run is made anew under the same id, and steps are heard again', async () => {
    await fake.manners({ cutsSocketsAtStep: 2, stepMs: 150 });
    const day = begin();
    await meets('socket cut in mid-run', day.ended);
    expect(Math.max(...stepsOf(day))).toBe(6);
  });

  test('one that the server forgets when it notices the old one late is noticed and made anew', async () => {
    await fake.manners({ cutsSocketsAtStep: 1, noticesCloseAfterMs: 400, stepMs: 400 });
    const day = begin({ request: { ...request, steps: 8 } });
    await meets('socket silent after it was opened anew', day.ended);
    expect(Math.max(...stepsOf(day))).toBe(8);
  });

  test('pictures in the old form belong to what runs', async () => {
    await fake.manners({ oldFrames: true, progressState: false, stepMs: 20 });
    const day = begin();
    expect(await day.ended).toBe('done');
    expect(day.witness.previews.length).toBeGreaterThan(1);
    expect(Math.max(...stepsOf(day))).toBe(6);
  });

  test('progress of a job that others sent without an id of theirs is not shown as ours', async () => {
    await fake.manners({ stepMs: 20 });
    await fake.foreign({ steps: 15, withClientId: false });
    const day = begin();
    await vi.waitFor(() => expect(day.handles).toHaveLength(1));
    await meets('progress of another job', day.ended);
    expect(new Set(day.witness.progress.map(({ steps }) => steps ?? 6))).toEqual(new Set([6]));
    const sampling = day.witness.progress.filter(({ step }) => (step ?? 0) > 0);
    expect(sampling.length).toBeLessThanOrEqual(6 + 4);
  });

  test('an end that is told twice, and before the history is written, is one end', async () => {
    await fake.manners({ endsTwice: true, historyAfterMs: 300 });
    const day = begin();
    await meets('ends twice', day.ended);
    expect(day.witness.outputs).toHaveLength(1);
    await fake.manners({ historyAfterMs: 300 });
    await meets('end told before its history', begin({ seed: 2 }).ended);
  });

  test('a history that is cleared loses nothing that the socket told', async () => {
    await fake.manners({ historyAfterMs: 0, stepMs: 5 });
    const slow = fake.engine({ pollMs: 3_000 });
    const day = begin({ on: slow });
    await vi.waitFor(async () =>
      expect((await fake.state()).endings.some(({ id }) => id === promptOf(day.handles[0]))),
    );
    await fake.does('clear-history');
    expect(await day.ended).toBe('done');
    await slow.close();
  });
});

describe('calls that fail', () => {
  test('a prompt whose answer is lost is found, not sent twice', async () => {
    const before = await posts();
    await fake.manners({ calls: [{ path: '/prompt', do: 'lost' }] });
    const spare = fake.engine();
    await spare.close();
    const day = begin();
    await meets('its answer is lost', day.ended);
    expect((await posts()) - before).toBe(1);
  });

  test('a prompt that never arrived is sent again under the same id', async () => {
    const before = await posts();
    await fake.manners({ calls: [{ path: '/prompt', do: 'status', status: 502 }] });
    const day = begin();
    await meets('the request never arrives', day.ended);
    const { posted } = await fake.state();
    expect(posted.slice(before)).toEqual([promptOf(day.handles[0])]);
  });

  test('a server that answers nothing but 500 is unavailable, and another try may find it well', async () => {
    await fake.manners({ calls: [{ path: '/', do: 'status', status: 500, times: 10_000 }] });
    const day = begin();
    await meets('500 to every call', day.ended);
  });

  test('a few failures in mid-run are passed over', async () => {
    await fake.manners({
      stepMs: 30,
      calls: [
        { path: '/history', do: 'status', times: 2 },
        { path: '/view', do: 'lost', times: 2 },
      ],
    });
    await meets('500 now and then', begin().ended);
  });

  test('a server that is slow is waited for', async () => {
    await fake.manners({ calls: [{ path: '/history', do: 'slow', ms: 800, times: 2 }] });
    await meets('slow', begin().ended);
  });

  test('a server that nobody can reach is said to be down, without its address', async () => {
    const nowhere = fake.engine({ url: 'http://127.0.0.1:9/' });
    expect(await nowhere.capabilities()).toMatchObject({ health: 'down', message: 'The backend does not answer.' });
    const verdict = await meets('not there', begin({ on: nowhere }).ended);
    expect(JSON.stringify(verdict)).not.toMatch(/127|9\//);
    await nowhere.close();
  });
});

describe('a restart of the server', () => {
  test('in mid-run loses the work, which is said, and another try may do it', async () => {
    await fake.manners({ stepMs: 100 });
    const day = begin();
    await isRunning(day);
    await fake.restart(200);
    await meets('restarted in mid-run', day.ended);
    expect(day.handles.at(-1)).toBeNull();
  });

  test('that takes too long makes it unavailable', async () => {
    await fake.manners({ stepMs: 100 });
    const day = begin();
    await isRunning(day);
    await fake.restart(2_500);
    await meets('away for long in mid-run', day.ended);
    await vi.waitFor(async () => expect(await engine.capabilities()).toMatchObject({ health: 'up' }), {
      timeout: 5_000,
    });
  });
});

describe('a restart of ours', () => {
  const leave = async (day: Day, how: () => void): Promise<Json> => {
    await isRunning(day);
    how();
    await day.ended;
    return day.handles[0] ?? null;
  };

  test.each(['shutting_down', 'superseded'] as const)(
    'leaves the prompt alone (%s), and the next attempt adopts it',
    async (code) => {
      await fake.manners({ stepMs: 60 });
      const before = await posts();
      const abort = new AbortController();
      const first = begin({ signal: abort.signal });
      const handle = await leave(first, () => abort.abort(new RendercastError(code)));
      await first.free();
      const next = fake.engine();
      const second = begin({ on: next, handle });
      await meets('our restart in mid-run', second.ended);
      expect((await posts()) - before).toBe(1);
      expect(second.witness.outputs).toHaveLength(1);
      expect(Math.max(...stepsOf(second))).toBe(6);
      await next.close();
    },
  );

  test('that comes back after the end fetches what was made', async () => {
    const abort = new AbortController();
    await fake.manners({ stepMs: 40 });
    const handle = await leave(begin({ signal: abort.signal }), () =>
      abort.abort(new RendercastError('shutting_down')),
    );
    await vi.waitFor(
      async () => expect((await fake.state()).endings).toContainEqual({ id: promptOf(handle), how: 'success' }),
      { timeout: 5_000 },
    );
    const second = begin({ handle });
    expect(await second.ended).toBe('done');
    expect(second.witness.outputs).toHaveLength(1);
  });

  test('that finds the prompt nowhere sends a new one', async () => {
    const handle = {
      ...{ promptId: '16a2c48a-70c9-4d2a-8c5b-3d6f6bb0b001', clientId: '16a2c48a-70c9-4d2a-8c5b-3d6f6bb0b002' },
      ...{ parameters: {}, outputs: ['9'] },
    };
    const day = begin({ handle });
    expect(await day.ended).toBe('done');
    expect(promptOf(day.handles[0])).not.toBe(handle.promptId);
  });
});

describe('work that fails', () => {
  const failing = async (fault: { type: string; message?: string }): Promise<Day> => {
    await fake.manners({ fault: { ...fault, times: 1 } });
    return begin();
  };

  test.each([
    ['torch.OutOfMemoryError', 'Allocation on device', 'out of memory'],
    ['torch.cuda.OutOfMemoryError', 'CUDA out of memory. Tried to allocate', 'out of memory'],
    ['RuntimeError', 'MPS backend out of memory', 'out of memory'],
    ['RuntimeError', 'CUDA error: an illegal memory access', 'device failed'],
    ['ValueError', 'mat1 and mat2 shapes at /srv/comfy/x.py', 'a node failed'],
  ])('%s (%s) counts as "%s"', async (type, message, fault) => {
    const { ended } = await failing({ type, message });
    const verdict = await meets(fault, ended);
    expect(JSON.stringify(verdict)).not.toMatch(/srv|\.py|tensor/);
  });

  test('and is not found again by the next attempt, which does it anew', async () => {
    await fake.manners({ fault: { type: 'RuntimeError', message: 'CUDA error: unspecified', times: 1 } });
    const first = begin();
    expect(await first.ended).toMatchObject({ retryable: true });
    const handle = first.handles.at(-1);
    expect(handle).toBeNull();
    expect(await begin({ handle: handle ?? null }).ended).toBe('done');
  });

  test.each([
    [{ model: 'none.safetensors' }, 'model not there'],
    [{ sampler: 'DPM++ 9Z' }, 'unknown sampler'],
    [{ extra: { workflow: 'nowhere' } }, 'model not there'],
  ])('%j is refused before anything is sent', async (wish, fault) => {
    const before = await posts();
    await meets(fault, begin({ request: { ...request, ...wish } }).ended);
    expect(await posts()).toBe(before);
  });

  test('work that somebody else stopped at the server is said to be so', async () => {
    await fake.manners({ stepMs: 60 });
    const day = begin();
    await isRunning(day);
    await fetch(`${fake.url}/interrupt`, { method: 'POST', body: '{}' });
    expect(await meets('stopped by somebody', day.ended)).toMatchObject({ message: expect.stringMatching(/somebody/) });
  });
});

test('the same seed again ends at once, says that it was kept, and hands in a file of its own', async () => {
  const first = begin({ seed: 77 });
  expect(await first.ended).toBe('done');
  const again = begin({ seed: 77 });
  expect(await again.ended).toBe('done');
  expect(again.witness.outputs[0]?.digest).toBe(first.witness.outputs[0]?.digest);
  expect(again.witness.progress.every(({ step }) => step === undefined)).toBe(true);
  await fake.does('delete-files');
  expect(await begin({ seed: 77 }).ended).toBe('done');
});
