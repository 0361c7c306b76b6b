import { setTimeout as sleep } from 'node:timers/promises';
import { type Chance, createChance } from '../../stories/chance.js';
import { call } from '../../support/house.js';
import type { Company } from './company.js';
import { type OpenConnection, openConnection } from './line.js';

/** Somebody who orders through every dialect, cancels, comes late, leaves early and sends the same again. */
export interface Patron {
  /** Resolves when the last order made before `enough` has been seen to, whatever became of it. */
  readonly done: Promise<void>;
}

export interface PatronOptions {
  url: string;
  owner: string;
  key: string;
  company: Company;
  chance: Chance;
  /** After this nothing new is ordered. */
  enough: AbortSignal;
  /** Orders at a time. */
  atOnce: number;
}

/** Tasks that have readers from the start; their ids are used again and again. */
export const TASKS = ['task-1', 'task-2', 'task-3'] as const;
const PLANS = ['night walk', 'low tide', 'first snow'] as const;
/** Readers of single jobs that one patron has at most: each is a socket. */
const MOST_LINES = 40;

export function createPatron(options: PatronOptions): Patron {
  const { url, owner, key, company, enough } = options;
  const known: string[] = [];
  let count = 0;

  /** Calls and does not mind whether the server is there. Null: nobody knows what became of it. */
  async function ask(path: string, body: object | null, method = 'POST', signal?: AbortSignal): Promise<string | null> {
    try {
      const given = signal ?? AbortSignal.timeout(20_000);
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body === null ? {} : { body: JSON.stringify(body) }),
        signal: given,
      });
      return await response.text();
    } catch {
      return null;
    }
  }

  /** A length that no other order of any owner has for a while, so that what is told of one cannot pass for another's. */
  const steps = (): number => 20 + ((count++ * 2) % 40) + (owner === 'ann' ? 0 : 1);

  async function orderTask(chance: Chance): Promise<void> {
    const task_id = chance.pick(TASKS);
    const prompt = `${owner} wants a picture`;
    const body = { prompt, task_id, num_inference_steps: steps(), use_refinement: false, rehearsal: script(chance) };
    const patience = AbortSignal.timeout(chance.happens(0.3) ? chance.between(20, 200) : 20_000);
    const times = chance.happens(0.4) ? 2 : 1;
    await Promise.all(Array.from({ length: times }, () => ask('/api/media/generate', body, 'POST', patience)));
  }

  async function orderSession(chance: Chance): Promise<void> {
    const own = chance.happens(0.6) ? { session_id: `s-${chance.between(1, 1e6)}` } : {};
    if (own.session_id !== undefined && chance.happens(0.5)) readOne('/ws', 'artist-session', own.session_id);
    const prompt = `${owner} wants a session`;
    const body = { prompt, num_inference_steps: steps(), rehearsal: script(chance), ...own };
    const answer = await ask('/api/generate', body);
    await goOn(chance, '/ws', 'artist-session', own.session_id ?? idIn(answer, 'session_id'));
  }

  async function orderFromFeed(chance: Chance): Promise<void> {
    const mount = chance.pick(['', '/v1', '/api/v1']);
    const body = { prompt: `${owner} wants a job`, steps: steps(), rehearsal: script(chance) };
    const answer = await ask(`${mount}/generation/queue-generation`, body);
    await goOn(chance, `${mount}/ws/progress`, 'progress-feed', idIn(answer, 'job_id'));
  }

  /** Once a job is made it is read by one who comes late, cancelled, or both. */
  async function goOn(
    chance: Chance,
    path: string,
    language: 'artist-session' | 'progress-feed',
    id: string | null,
  ): Promise<void> {
    if (id === null) return;
    known.push(id);
    await sleep(chance.between(0, 120));
    if (chance.happens(0.4)) readOne(path, language, id);
    if (chance.happens(0.3)) await cancel(chance, id);
    await sleep(chance.between(20, 200));
  }

  function readOne(path: string, language: 'artist-session' | 'progress-feed', id: string): void {
    if (company.lines.length < MOST_LINES) company.read(path, { language, names: [id] });
  }

  async function cancel(chance: Chance, id: string): Promise<void> {
    const way = chance.pick([`/v1/jobs/${id}/cancel`, `/api/cancel/${id}`, `/generation/jobs/${id}/cancel`, 'socket']);
    if (way !== 'socket') return void (await ask(way, {}));
    const reader = company.lines.find(({ recording }) => recording.language === 'progress-feed');
    reader?.send({ type: 'cancel', job_ids: [id] });
  }

  /** Sends a plan until it is told how the render ended; what drops is sent again, and some send it twice at once. */
  async function render(chance: Chance): Promise<void> {
    const title = `${owner} ${chance.pick(PLANS)}`;
    const times = chance.happens(0.4) ? 2 : 1;
    await Promise.all(Array.from({ length: times }, () => renderOnce(title, createChance(chance.between(0, 1e9)))));
  }

  async function renderOnce(title: string, chance: Chance): Promise<void> {
    const section = { section_name: 'Intro', duration_ms: 3_000 };
    const says = [{ type: 'render', composition_plan: { title, sections: [section] } }];
    for (let attempt = 0; attempt < 40; attempt += 1) {
      const recording = company.record({ language: 'music-render', plan: title });
      const open = await openConnection(company.address('/render/ws', says), recording);
      if (open === null) {
        await sleep(100);
        continue;
      }
      const impatience = chance.happens(0.3) ? chance.between(10, 600) : 30_000;
      const timer = setTimeout(() => open.terminate(), impatience);
      if (chance.happens(0.15)) await cancelRender(open);
      await open.gone;
      clearTimeout(timer);
      if (open.connection.closedWith === 1000) return;
    }
  }

  async function cancelRender({ connection }: OpenConnection): Promise<void> {
    await sleep(100);
    const id = connection.heard.at(-1)?.message.request_id;
    if (typeof id === 'string') await ask(`/v1/jobs/${id}/cancel`, {});
  }

  /** A user's retry is a job of its own, without the id of the first. */
  async function retry(chance: Chance): Promise<void> {
    const [first, ...more] = known;
    if (first === undefined) return;
    await ask(`/v1/jobs/${chance.pick([first, ...more])}/retry`, {});
    await sleep(chance.between(20, 200));
  }

  const ORDERS = [orderTask, orderTask, orderSession, orderFromFeed, render, retry] as const;

  async function keepOrdering(chance: Chance): Promise<void> {
    while (!enough.aborted) {
      await chance.pick(ORDERS)(chance);
      await sleep(chance.between(5, 60));
    }
  }

  const rows = Array.from({ length: options.atOnce }, () => keepOrdering(createChance(options.chance.between(0, 1e9))));
  return { done: Promise.all(rows).then(() => undefined) };
}

function idIn(answer: string | null, key: string): string | null {
  try {
    const id = (JSON.parse(answer ?? 'null') as Record<string, unknown> | null)?.[key];
    return typeof id === 'string' ? id : null;
  } catch {
    return null;
  }
}

/** How a job goes: mostly well. */
function script(chance: Chance): object {
  return {
    stepMs: chance.between(2, 12),
    previewEvery: 0,
    fallingPercent: chance.happens(0.3),
    ...(chance.happens(0.2) ? { transient: { attempts: 1, atStep: chance.between(1, 15), retryAfterMs: 5 } } : {}),
    ...(chance.happens(0.15) ? { fail: { atStep: chance.between(1, 15) } } : {}),
  };
}

/** Resolves once nothing waits or runs any more. */
export async function comeToRest(url: string, operatorKey: string): Promise<void> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const answer = await call(url, '/v1/jobs?state=queued,running&limit=1', { key: operatorKey });
    if ((JSON.parse(answer.text) as { jobs: unknown[] }).jobs.length === 0) return;
    if (Date.now() > deadline) throw new Error('jobs do not come to an end');
    await sleep(50);
  }
}
