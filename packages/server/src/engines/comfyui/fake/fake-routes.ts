import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import sharp from 'sharp';
import * as z from 'zod';
import { graphSchema } from '../wire.js';
import type { ClientTable } from './client-table.js';
import type { Kitchen, Prompt } from './kitchen.js';
import type { Manners } from './manners.js';
import { describeClass, nodeClasses } from './node-classes.js';
import { validateGraph } from './validate-graph.js';

export interface FakeAnswer {
  status: number;
  contentType: string;
  bytes: Buffer;
}

export interface FakeRoutes {
  handle(request: IncomingMessage, path: string, query: URLSearchParams, body: Buffer): Promise<FakeAnswer>;
  /** `POST /-/…`: manners, state, foreign, restart, forget, clear-history. */
  control(what: string, body: Buffer): Promise<unknown>;
  isDown(): boolean;
}

export interface FakeParts {
  kitchen: Kitchen;
  clients: ClientTable;
  pending: Prompt[];
  uploads: Map<string, { bytes: Buffer; width: number; height: number }>;
  manners(): Manners;
  setManners(value: unknown): void;
}

const orderSchema = z.looseObject({
  prompt: graphSchema.optional(),
  prompt_id: z.string().optional(),
  client_id: z.string().optional(),
  extra_data: z.record(z.string(), z.unknown()).default({}),
});
const foreignSchema = z.object({
  count: z.int().default(1),
  steps: z.int().default(20),
  withClientId: z.boolean().default(true),
});
const restartSchema = z.object({ downMs: z.int().default(0) });

const json = (value: unknown, status = 200): FakeAnswer => ({
  status,
  contentType: 'application/json; charset=utf-8',
  bytes: Buffer.from(JSON.stringify(value)),
});
const empty = (status = 200): FakeAnswer => ({ status, contentType: 'text/plain', bytes: Buffer.alloc(0) });

export function createFakeRoutes(parts: FakeParts): FakeRoutes {
  const { kitchen, clients, pending, uploads, manners } = parts;
  const classes = nodeClasses(() => [...uploads.keys()]);
  const posted: string[] = [];
  let number = 0;
  let lostInterrupts = 0;
  let isDown = false;

  function take(graph: Prompt['graph'], outputs: string[], id: string, clientId: string | null, extra = {}): void {
    pending.push({ number: number++, id, graph, extra, outputs, clientId });
    clients.send(null, 'status', { status: { exec_info: { queue_remaining: pending.length } } });
    kitchen.wake();
  }

  function postPrompt(body: Buffer): FakeAnswer {
    const { prompt, prompt_id = randomUUID(), client_id, extra_data } = orderSchema.parse(JSON.parse(String(body)));
    if (prompt === undefined) {
      const error = { type: 'no_prompt', message: 'No prompt provided', details: '', extra_info: {} };
      return json({ error, node_errors: {} }, 400);
    }
    posted.push(prompt_id);
    const valid = validateGraph(prompt, classes);
    if (!valid.ok) return json(valid.body, 400);
    take(prompt, valid.outputs, prompt_id, client_id ?? null, extra_data);
    return json({ prompt_id, number: number - 1, node_errors: valid.nodeErrors });
  }

  function changeQueue(body: Buffer): FakeAnswer {
    const { delete: ids = [], clear = false } = JSON.parse(String(body)) as { delete?: string[]; clear?: boolean };
    for (let at = pending.length - 1; at >= 0; at--) {
      if (clear || ids.includes(pending[at]?.id ?? '')) pending.splice(at, 1);
    }
    return empty();
  }

  function interrupt(body: Buffer): FakeAnswer {
    const { prompt_id } = JSON.parse(String(body) || '{}') as { prompt_id?: string };
    const running = kitchen.running();
    const isMeant = prompt_id === undefined || !manners().interruptsByName || running?.id === prompt_id;
    if (isMeant && lostInterrupts-- <= 0) kitchen.interrupt();
    return empty();
  }

  const item = ({ number: place, id, graph, extra, outputs }: Prompt) => [place, id, graph, extra, outputs];

  function view(query: URLSearchParams): FakeAnswer {
    const [type, folder, name] = ['type', 'subfolder', 'filename'].map((key) => query.get(key) ?? '');
    if (`${folder}${name}`.includes('..')) return empty(403);
    const bytes = kitchen.files.get(`${type}/${folder}/${name}`);
    return bytes === undefined ? empty(404) : { status: 200, contentType: 'application/octet-stream', bytes };
  }

  async function upload(request: IncomingMessage, body: Buffer): Promise<FakeAnswer> {
    const headers = { 'content-type': request.headers['content-type'] ?? '' };
    const form = await new Response(new Uint8Array(body), { headers }).formData();
    const file = form.get('image');
    if (!(file instanceof File)) return empty(400);
    const bytes = Buffer.from(await file.arrayBuffer());
    const { width, height } = await sharp(bytes).metadata();
    const folder = form.get('subfolder');
    const subfolder = typeof folder === 'string' ? folder : '';
    uploads.set(subfolder === '' ? file.name : `${subfolder}/${file.name}`, { bytes, width, height });
    return json({ name: file.name, subfolder, type: 'input' });
  }

  function get(path: string, query: URLSearchParams): FakeAnswer {
    const [, first = '', second] = path.split('/').map(decodeURIComponent);
    const running = kitchen.running();
    switch (first) {
      case 'queue':
        return json({ queue_running: running === null ? [] : [item(running)], queue_pending: pending.map(item) });
      case 'prompt':
        return json({ exec_info: { queue_remaining: pending.length + (running === null ? 0 : 1) } });
      case 'history': {
        const entry = kitchen.history.get(second ?? '');
        return json(entry === undefined || second === undefined ? {} : { [second]: entry });
      }
      case 'view':
        return view(query);
      case 'system_stats':
        return json({
          system: { os: 'posix', comfyui_version: manners().version, argv: ['/srv/comfy/main.py'] },
          devices: [],
        });
      case 'object_info': {
        const named = second === undefined ? [...classes.keys()] : [second];
        return json(
          Object.fromEntries(
            named.flatMap((name) => {
              const known = classes.get(name);
              return known === undefined ? [] : [[name, describeClass(name, known)]];
            }),
          ),
        );
      }
      default:
        return empty(404);
    }
  }

  return {
    isDown: () => isDown,
    async handle(request, path, query, body) {
      if (request.method === 'GET') return get(path, query);
      if (path === '/prompt') return postPrompt(body);
      if (path === '/queue') return changeQueue(body);
      if (path === '/interrupt') return interrupt(body);
      if (path === '/upload/image') return await upload(request, body);
      return empty(404);
    },
    async control(what, body) {
      const given: unknown = body.length === 0 ? {} : JSON.parse(String(body));
      switch (what) {
        case 'manners':
          parts.setManners(given);
          lostInterrupts = manners().losesInterrupts;
          return null;
        case 'state':
          return {
            ...{ posted, endings: kitchen.endings, pending: pending.map(({ id }) => id) },
            ...{ running: kitchen.running()?.id ?? null, sockets: clients.count(), uploads: [...uploads.keys()] },
          };
        case 'foreign': {
          const { count, steps, withClientId } = foreignSchema.parse(given);
          return Array.from({ length: count }, () => {
            const id = `foreign-${randomUUID()}`;
            const inputs = { steps, step_ms: manners().stepMs, width: 64, height: 64, seed: number, fail: 'none' };
            const graph = {
              1: { class_type: 'RendercastSteps', inputs },
              2: { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'foreign' } },
            };
            take(graph, ['2'], id, withClientId ? `somebody-${id}` : null);
            return id;
          });
        }
        case 'restart': {
          kitchen.crash();
          clients.cutAll();
          isDown = true;
          setTimeout(() => {
            isDown = false;
          }, restartSchema.parse(given).downMs);
          return null;
        }
        case 'forget':
          kitchen.forgetCache();
          return null;
        case 'clear-history':
          kitchen.history.clear();
          return null;
        case 'delete-files':
          kitchen.files.clear();
          return null;
        default:
          throw new Error(`there is no control "${what}"`);
      }
    },
  };
}
