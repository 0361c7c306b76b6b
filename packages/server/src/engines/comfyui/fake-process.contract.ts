import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type * as z from 'zod';
import { systemClock } from '../../clock.js';
import { createSilentLogger } from '../../logger.js';
import type { Engine } from '../engine.js';
import { createComfyui } from './comfyui.js';
import type { mannersSchema } from './fake/manners.js';
import { optionsSchema } from './options.js';

const FAKE = fileURLToPath(new URL('fake/comfyui-fake.ts', import.meta.url));

/** What the fake has seen and holds. */
export interface FakeState {
  posted: string[];
  endings: { id: string; how: 'success' | 'error' | 'interrupted' }[];
  pending: string[];
  running: string | null;
  sockets: number;
  uploads: string[];
}

/** A fake server in a process of its own. */
export interface Fake {
  url: string;
  manners(manners?: z.input<typeof mannersSchema>): Promise<void>;
  state(): Promise<FakeState>;
  /** Sends prompts of somebody else; answers their ids. */
  foreign(wish?: { count?: number; steps?: number; withClientId?: boolean }): Promise<string[]>;
  /** Loses everything in memory, and answers nothing for so long. */
  restart(downMs?: number): Promise<void>;
  /** `forget`: the cache · `clear-history` · `delete-files`. */
  does(what: 'forget' | 'clear-history' | 'delete-files'): Promise<void>;
  /** An engine that drives it, with short times. */
  engine(options?: Partial<z.input<typeof optionsSchema>>, rest?: { slots?: number; shared?: boolean }): Engine;
  close(): Promise<void>;
}

/** Times that fit a fake whose jobs take a tenth of a second. */
export const QUICK = {
  ...{ pollMs: 50, deafAfterMs: 300, goneAfterMs: 1_500, unknownMs: 400, answerMs: 3_000, fileMs: 5_000 },
  ...{ steps: 6, size: 64 },
};

export async function startFake(): Promise<Fake> {
  const args = ['--import', 'tsx', FAKE, '--until-stdin-ends'];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const url = `http://127.0.0.1:${await portOf(child)}`;
  const ask = async (what: string, body?: unknown): Promise<unknown> => {
    const { status, text } = await post(`${url}/-/${what}`, JSON.stringify(body ?? {}));
    if (status !== 200) throw new Error(`the fake answered ${text}`);
    return JSON.parse(text) as unknown;
  };
  return {
    url,
    async manners(manners = {}) {
      await ask('manners', manners);
    },
    state: async () => (await ask('state')) as FakeState,
    foreign: async (wish) => (await ask('foreign', wish)) as string[],
    async restart(downMs = 0) {
      await ask('restart', { downMs });
    },
    async does(what) {
      await ask(what);
    },
    engine: (options = {}, { slots = 1, shared = false } = {}) =>
      createComfyui({
        ...{ backend: 'comfy-1', slots, shared, clock: systemClock, logger: createSilentLogger() },
        options: optionsSchema.parse({ url, ...QUICK, ...options }),
      }),
    async close() {
      child.stdin?.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function portOf(child: ChildProcess): Promise<string> {
  for await (const text of child.stdout ?? []) {
    const port = /listening on (\d+)/.exec(String(text))?.[1];
    if (port !== undefined) return port;
  }
  throw new Error('the fake server did not start');
}

/** Over a line of its own, so that none is left open between tests. */
async function post(url: string, body: string): Promise<{ status: number; text: string }> {
  const asked = request(url, { method: 'POST', agent: false }).end(body);
  const [socket] = (await once(asked, 'socket')) as [Socket];
  const closed = once(socket, 'close');
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  socket.destroy();
  await closed;
  return { status: answer.statusCode ?? 0, text };
}
