import { exceptionAnswer, type FakeAnswer, fieldAnswer, samplerAnswer } from './fake-answer.js';
import { FAKE_CONTROLS, FAKE_MODELS, FAKE_SAMPLERS, fakeJobSchema } from './fake-job.js';
import type { Broken, FakeLine } from './fake-line.js';
import { fakePicture } from './fake-pictures.js';
import type { Manners } from './manners.js';
import { fractionOf, type Kind, type ServerState, taskFractionOf } from './server-state.js';

export interface FakeCall {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
  /** Cuts the connection of this call. */
  cut(): void;
}

const NOT_FOUND: FakeAnswer = { status: 404, json: { detail: 'Not Found' } };

/** The answers of one kind of server; everything that it does not have is 404. */
export function createFakeRoutes(kind: Kind, line: () => FakeLine, manners: () => Manners) {
  const asked: number[] = [];
  const startedMs = Date.now();

  const has = {
    progress: kind !== 'sdcpp',
    tasks: () => (kind === 'a1111' || kind === 'forge') && manners().webPage,
  };

  async function generate(call: FakeCall, isInit: boolean): Promise<FakeAnswer | Broken> {
    const parsed = fakeJobSchema.safeParse(call.body);
    if (!parsed.success) {
      const field = String(parsed.error.issues[0]?.path[0] ?? 'body');
      return fieldAnswer(field, call.body[field]);
    }
    const job = parsed.data;
    const known = FAKE_SAMPLERS.some((name) => name.toLowerCase() === job.sampler_name.toLowerCase());
    if (kind !== 'sdcpp' && !known) return samplerAnswer(kind);
    if (isInit && (job.init_images ?? []).length === 0) {
      return kind === 'sdnext'
        ? { status: 400, json: { error: 'Init image is none' } }
        : exceptionAnswer(kind, 404, 'HTTPException', 'Init image not found');
    }
    const invalid = (job.init_images ?? []).some((image) => Buffer.from(image, 'base64').length < 8);
    if (invalid) return exceptionAnswer(kind, 500, 'HTTPException', 'Invalid encoded image');
    return await line().make(job, isInit, call.cut);
  }

  async function progress(call: FakeCall): Promise<FakeAnswer> {
    const now = Date.now();
    const { rateLimit } = manners();
    asked.push(now);
    while ((asked[0] ?? now) < now - 60_000) asked.shift();
    if (rateLimit > 0 && asked.length > rateLimit) {
      return exceptionAnswer(kind, 429, 'HTTPException', 'Too many requests');
    }
    const { state } = line();
    const fraction = fractionOf(kind, state);
    const shows = call.query.get('skip_current_image') !== 'true' && fraction > 0;
    return {
      status: 200,
      json: {
        ...(kind === 'sdnext' ? { id: state.id } : {}),
        progress: fraction,
        eta_relative: 0,
        state: {
          ...{ skipped: state.skipped, interrupted: state.interrupted, job: state.job, job_count: state.jobCount },
          ...{ job_timestamp: state.timestamp, job_no: state.jobNo },
          ...{ sampling_step: state.step, sampling_steps: state.steps },
          ...(kind === 'sdnext' ? {} : { stopping_generation: false }),
        },
        current_image: shows ? await drawn(state) : null,
        textinfo: null,
      },
    };
  }

  async function taskProgress({ body }: FakeCall): Promise<FakeAnswer> {
    if (!has.tasks()) return NOT_FOUND;
    const { tasks, state } = line();
    const id = String(body.id_task);
    const active = tasks.active === id;
    const queued = tasks.pending.includes(id);
    const words = queued ? `In queue: ${tasks.pending.indexOf(id) + 1}/${tasks.pending.length}` : 'Waiting...';
    const running = active && state.task === id;
    const wants = body.live_preview !== false && running && state.picture !== null;
    const isNew = wants && body.id_live_preview !== state.pictureNo;
    return {
      status: 200,
      json: {
        ...{ active, queued, completed: tasks.finished.includes(id) },
        progress: running ? taskFractionOf(state) : null,
        eta: null,
        live_preview: isNew ? `data:image/jpeg;base64,${(await drawn(state)) ?? ''}` : null,
        id_live_preview: wants ? state.pictureNo : null,
        textinfo: active ? null : words,
      },
    };
  }

  function interrupt(): FakeAnswer {
    if (!has.progress) return NOT_FOUND;
    line().interrupt();
    return kind === 'sdnext' && !manners().oldInterrupt ? { status: 204 } : { status: 200, json: {} };
  }

  function status(): FakeAnswer {
    const { state } = line();
    const word = state.interrupted ? 'interrupted' : state.job === '' ? 'idle' : 'running';
    return { status: 200, json: { status: word, uptime: (Date.now() - startedMs) / 1000, step: state.step } };
  }

  const list = (value: unknown) => (): FakeAnswer => ({ status: 200, json: value });
  const only = (kinds: readonly Kind[], route: (call: FakeCall) => FakeAnswer | Promise<FakeAnswer | Broken>) =>
    kinds.includes(kind) ? route : () => NOT_FOUND;
  const webuis: readonly Kind[] = ['sdnext', 'a1111', 'forge'];
  const control: readonly Kind[] = ['a1111', 'forge'];

  const routes: Record<string, (call: FakeCall) => FakeAnswer | Promise<FakeAnswer | Broken>> = {
    'POST /sdapi/v1/txt2img': (call) => generate(call, false),
    'POST /sdapi/v1/img2img': (call) => generate(call, true),
    'GET /sdapi/v1/progress': only(webuis, progress),
    'POST /internal/progress': taskProgress,
    'GET /internal/pending-tasks': () => {
      const { pending } = line().tasks;
      return has.tasks() ? { status: 200, json: { size: pending.length, tasks: pending } } : NOT_FOUND;
    },
    'POST /sdapi/v1/interrupt': interrupt,
    'GET /sdapi/v1/status': only(['sdnext'], status),
    'GET /sdapi/v1/version': only(['sdnext'], list({ app: 'sd.next', updated: '2026-07-23' })),
    'GET /sdapi/v1/sd-modules': only(['forge'], list([])),
    'GET /sdapi/v1/sd-models': list(FAKE_MODELS),
    'GET /sdapi/v1/samplers': list(FAKE_SAMPLERS.map((name) => ({ name, options: {} }))),
    'GET /sdapi/v1/options': () => ({ status: 200, json: { sd_model_checkpoint: line().model.title } }),
    'GET /controlnet/model_list': only(control, list({ model_list: FAKE_CONTROLS.models })),
    'GET /controlnet/module_list': only(control, list({ module_list: FAKE_CONTROLS.modules })),
  };
  return async (call: FakeCall): Promise<FakeAnswer | Broken> =>
    (await routes[`${call.method} ${call.path}`]?.(call)) ?? NOT_FOUND;
}

/** The picture as it is now; base64. */
async function drawn({ picture }: ServerState): Promise<string | null> {
  if (picture === null) return null;
  return (await fakePicture({ ...picture, width: 32, height: 32, format: 'jpeg' })).toString('base64');
}
