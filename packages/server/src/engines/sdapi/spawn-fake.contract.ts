import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { JournalEntry } from './fake/fake-line.js';
import type { Manners } from './fake/manners.js';
import type { Kind } from './fake/server-state.js';

/** A fake server in a process of its own. */
export interface FakeProcess {
  readonly url: string;
  manners(manners: Partial<Manners>): Promise<void>;
  journal(): Promise<JournalEntry[]>;
  /** Lets it start anew; `halfOpen`: what is open is forgotten without a word. */
  restart(halfOpen: boolean): Promise<void>;
  /** Work of somebody else; resolves when it is done, with the number of pictures. */
  foreign(body: Record<string, unknown>): Promise<number>;
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('./fake/sdapi-fake.ts', import.meta.url));

/** Starts a fake of a kind; further arguments are its own. */
export async function spawnFake(kind: Kind, more: readonly string[] = []): Promise<FakeProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, '--kind', kind, ...more], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  if (child.stdout === null) throw new Error('a fake without a voice');
  const lines = createInterface({ input: child.stdout });
  const [first] = (await once(lines, 'line')) as [string];
  const { port } = JSON.parse(first) as { port: number };
  const url = `http://127.0.0.1:${port}`;
  const control = async (path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${url}${path}`, {
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      headers: { connection: 'close' },
    });
    return await answer.json();
  };
  return {
    url,
    async manners(manners) {
      await control('/fake/manners', manners);
    },
    journal: async () => (await control('/fake/journal')) as JournalEntry[],
    async restart(halfOpen) {
      await control('/fake/restart', { halfOpen });
    },
    async foreign(body) {
      const answer = (await control('/sdapi/v1/txt2img', body)) as { images?: unknown[] };
      return answer.images?.length ?? 0;
    },
    async stop() {
      lines.close();
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
