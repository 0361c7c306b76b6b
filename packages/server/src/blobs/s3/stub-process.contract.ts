import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createSilentLogger } from '../../logger.js';
import type { S3BlobsOptions } from './s3-options.js';

const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));

/** What the fake storage has seen and holds. */
export interface StubState {
  seen: { verb: string; key: string; status: number }[];
  objects: string[];
  uploads: string[];
}

/** A fake storage in a process of its own. Its bad manners are listed in its `manners.ts`. */
export interface Stub {
  url: string;
  /** Options that get in. */
  options: S3BlobsOptions;
  manners(...manners: { on?: string; times?: number; atBytes?: number; do: string }[]): Promise<void>;
  state(): Promise<StubState>;
  /** Forgets all objects, manners and what was seen. */
  clear(): Promise<void>;
  /** Makes everything older. */
  age(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts a fake storage with the options of its command line. */
export async function startStub(...flags: string[]): Promise<Stub> {
  const args = ['--import', 'tsx', 'e2e/fakes/s3-stub/s3-stub.ts', ...flags];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
  const url = `http://127.0.0.1:${await portOf(child)}`;
  const ask = async (path: string, body?: unknown): Promise<StubState> => {
    const answer = await fetch(`${url}/-/${path}`, {
      method: 'POST',
      body: body === undefined ? null : JSON.stringify(body),
    });
    return (await answer.json()) as StubState;
  };
  return {
    url,
    options: {
      ...{ endpoint: url, bucket: 'media', accessKeyId: 'stub-key-id', secretAccessKey: 'stub-secret' },
      ...{ prefix: 'files', logger: createSilentLogger(), partBytes: 5 * 1024 * 1024 },
    },
    async manners(...manners) {
      await ask('manners', manners);
    },
    state: () => ask('seen'),
    async clear() {
      await ask('clear');
    },
    async age(ms) {
      await ask(`age?ms=${ms}`);
    },
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
  throw new Error('the fake storage did not start');
}
