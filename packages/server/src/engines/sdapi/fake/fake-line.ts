import { setTimeout as pause } from 'node:timers/promises';
import { exceptionAnswer, type FakeAnswer } from './fake-answer.js';
import { FAKE_MODELS, type FakeJob, type FakeModel, type FakePass, passesOf, unitsOf } from './fake-job.js';
import { fakePicture } from './fake-pictures.js';
import type { Manners, Mishap } from './manners.js';
import { createServerState, type Kind, type ServerState, type TaskBook } from './server-state.js';

/** What happened, for whoever tests against the fake. */
export interface JournalEntry {
  what: 'begin' | 'end' | 'interrupt';
  prompt: string | null;
  task: string | null;
  /** Of a beginning: the control images that have an effect, with the size of their bytes. */
  controls?: { module: string; model: string; weight: number; start: number; end: number; sizeBytes: number }[];
}

/** Says that the connection is to be cut, or left without an answer. */
export type Broken = 'cut' | 'deaf';

/** The one lock behind which all requests wait, invisibly, and the work itself. */
export interface FakeLine {
  readonly state: ServerState;
  readonly tasks: TaskBook;
  readonly journal: JournalEntry[];
  readonly model: FakeModel;
  /** Makes what was asked for, once everything before it is done. `cut` is called where a mishap cuts the connection. */
  make(job: FakeJob, isInit: boolean, cut: () => void): Promise<FakeAnswer | Broken>;
  interrupt(): void;
}

class Restarted extends Error {}

/** A line of a server that has just started. `manners` are read anew at every step. */
export function createFakeLine(kind: Kind, manners: () => Manners, gone: AbortSignal): FakeLine {
  const state = createServerState();
  const tasks: TaskBook = { pending: [], active: null, finished: [] };
  const journal: JournalEntry[] = [];
  let model: FakeModel = FAKE_MODELS[0] as FakeModel;
  let last: Promise<unknown> = Promise.resolve();
  let counter = 0;
  let prompt: string | null = null;
  let lost = 0;

  const wait = async (ms: number) => {
    await pause(ms);
    if (gone.aborted) throw new Restarted();
  };

  /** SD.Next begins a sub-job for every part of the work: a new id, fresh counters, the interrupted flag cleared. */
  function begin(title: string, steps = 0): void {
    counter += 1;
    const keeps = kind === 'sdnext' && title.startsWith('Save');
    Object.assign(state, { id: `sub-${counter}`, job: title, timestamp: String(20_261_120_000_000 + counter) });
    Object.assign(state, { step: 0, interrupted: keeps && state.interrupted, skipped: false });
    if (kind === 'sdnext') Object.assign(state, { jobCount: steps > 0 ? 1 : 0, jobNo: 0, steps });
  }

  async function part(title: string): Promise<void> {
    if (kind !== 'sdnext') return wait(manners().partMs);
    if (state.interrupted) return;
    begin(title);
    await wait(manners().partMs);
    // Between two parts the server says that it is idle.
    Object.assign(state, { job: '', jobCount: 0, step: 0 });
    await wait(1);
  }

  async function steps(job: FakeJob, pass: FakePass, no: number, mishap: Mishap | undefined, cut: () => void) {
    if (kind === 'sdnext') begin('Inference', pass.steps);
    else Object.assign(state, { jobNo: no, steps: pass.steps, step: 0 });
    for (let step = 1; step <= pass.steps; step += 1) {
      await wait(manners().stepMs);
      state.step = step;
      draw(job, (no + step / pass.steps) / (no + 1));
      if (step === Math.ceil(pass.steps / 2)) {
        if (mishap === 'cut') cut();
        if (mishap === 'swallowed-memory' || mishap === 'foreign-interrupt') state.interrupted = true;
        if (mishap === 'error' || mishap === 'honest-memory') return false;
      }
      if (state.interrupted) return true;
    }
    if (kind === 'sdnext')
      state.jobCount = 0; // it stands at 1.0 for a moment
    else state.jobNo = no + 1;
    if (kind !== 'sdnext') state.step = 0;
    return true;
  }

  function draw(job: FakeJob, done: number): void {
    state.picture = { seed: Math.max(0, job.seed), done };
    state.pictureNo += 1;
  }

  async function load(job: FakeJob, mishap: Mishap | undefined): Promise<void> {
    const asked = job.override_settings.sd_model_checkpoint;
    const found = FAKE_MODELS.find(({ title, model_name }) => title === asked || model_name === asked);
    // A name that is not known is dropped with a line in the server's log.
    if (mishap === 'wrong-model' || found === undefined || found === model) return;
    if (kind === 'sdnext') begin('Load model');
    await wait(manners().loadMs);
    model = found;
  }

  async function work(job: FakeJob, isInit: boolean, cut: () => void): Promise<FakeAnswer | Broken> {
    const mishap = manners().next.shift();
    const passes = passesOf(job, isInit);
    begin(kind === 'sdnext' ? 'API-TXT' : 'scripts_txt2img');
    if (kind !== 'sdnext') state.jobCount = -1; // and the steps are still those of the job before
    if (mishap === 'no-model') return { status: 200, json: { images: [], parameters: {}, info: '' } };
    if (mishap === 'type-error') return { status: 500, json: "unsupported operand type(s) for *: 'NoneType'" };
    await load(job, mishap);
    await part('TE Encode');
    if (kind !== 'sdnext') state.jobCount = passes.length;
    for (const [no, pass] of passes.entries()) {
      if (state.interrupted) break;
      if (pass.title === 'Hires') await part('Hires');
      if (!(await steps(job, pass, no, mishap, cut))) return failed(mishap);
      await part('VAE Decode');
    }
    if (kind === 'sdnext') begin('Save image');
    await wait(0);
    if (mishap === 'deaf') return 'deaf';
    if (mishap === 'rate-limit') return exceptionAnswer(kind, 429, 'HTTPException', 'Too many requests');
    if (mishap === 'not-json') return { status: 200, text: '<html>a proxy</html>' };
    return await answer(job, mishap);
  }

  function failed(mishap: Mishap | undefined): FakeAnswer {
    if (mishap === 'honest-memory') return exceptionAnswer(kind, 500, 'OutOfMemoryError', 'CUDA out of memory.');
    return exceptionAnswer(kind, 500, 'RuntimeError', 'a fault at /srv/somebody/models/x.py');
  }

  async function answer(job: FakeJob, mishap: Mishap | undefined): Promise<FakeAnswer> {
    const half = state.interrupted;
    const format = kind === 'sdnext' ? 'jpeg' : 'png';
    const seeds = Array.from({ length: job.n_iter * job.batch_size }, (_, index) => Math.max(0, job.seed) + index);
    const made = mishap === 'one-short' ? seeds.slice(1) : half ? seeds.slice(0, 1) : seeds;
    const done = half ? 0.5 : 1;
    const { width, height } = job;
    const pictures = await Promise.all(made.map((seed) => fakePicture({ seed, width, height, done, format })));
    const maps = controlsOf(job).length;
    const extra = Array.from({ length: manners().extraPictures + maps }, () => pictures[0] ?? Buffer.alloc(0));
    const images = [...pictures, ...extra].map((picture) => picture.toString('base64'));
    if (mishap === 'not-a-picture') images[0] = Buffer.from('no picture at all').toString('base64');
    const { hash, model_name } = model;
    const info = JSON.stringify({
      ...{ prompt: job.prompt, seed: seeds[0], all_seeds: seeds, steps: job.steps, sampler_name: job.sampler_name },
      ...{ width, height, sd_model_hash: hash, index_of_first_image: 0 },
      ...(kind === 'sdnext' ? {} : { sd_model_name: model_name }),
    });
    return { status: 200, json: { images, parameters: {}, info: kind === 'sdcpp' ? '' : info } };
  }

  /** Only these two have the extension; SD.Next takes such fields and never reads them. */
  function controlsOf(job: FakeJob): NonNullable<JournalEntry['controls']> {
    if (kind !== 'a1111' && kind !== 'forge') return [];
    return unitsOf(job).map(({ module, model, weight, guidance_start: start, guidance_end, image }) => ({
      ...{ module, model, weight, start, end: guidance_end },
      sizeBytes: Buffer.from(image, 'base64').length,
    }));
  }

  function end(answered: FakeAnswer | Broken, task: string): void {
    journal.push({ what: 'end', prompt, task });
    prompt = null;
    const crashed = typeof answered !== 'string' && answered.status === 500;
    if (!(crashed && kind === 'sdnext')) Object.assign(state, { job: '', jobCount: 0 });
    if (!state.interrupted && !crashed) Object.assign(state, { step: 0, jobNo: 0 });
    state.task = null;
    state.picture = null;
    if (crashed) return; // the task is never moved to the finished ones: it stays active
    tasks.active = null;
    tasks.finished = [...tasks.finished, task].slice(-16);
  }

  async function make(job: FakeJob, isInit: boolean, cut: () => void): Promise<FakeAnswer | Broken> {
    counter += 1;
    const task = job.force_task_id ?? `task(${counter})`;
    tasks.pending.push(task);
    const before = last;
    const done = (async () => {
      await before.catch(() => undefined);
      if (gone.aborted) throw new Restarted();
      tasks.pending = tasks.pending.filter((each) => each !== task);
      tasks.active = task;
      state.task = task;
      prompt = job.prompt;
      journal.push({ what: 'begin', prompt, task, controls: controlsOf(job) });
      const answered = await work(job, isInit, cut);
      end(answered, task);
      return answered;
    })();
    last = done;
    try {
      return await done;
    } catch (thrown) {
      if (thrown instanceof Restarted) return 'deaf';
      throw thrown;
    }
  }

  return {
    state,
    tasks,
    journal,
    get model() {
      return model;
    },
    make,
    interrupt() {
      journal.push({ what: 'interrupt', prompt, task: state.task });
      lost += 1;
      if (lost <= manners().lostInterrupts) return;
      state.interrupted = true;
    },
  };
}
