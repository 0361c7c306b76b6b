import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A fake S3 in a process of its own. */
export interface Storage {
  readonly port: number;
  /** The settings of a server that keeps its files there. */
  readonly settings: Readonly<Record<string, string>>;
  /** Sets the bad days to come, in the words of the fake's own manners. */
  manners(deeds: unknown): Promise<void>;
  close(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('../fakes/s3-stub/s3-stub.ts', import.meta.url));

export async function startStorage(): Promise<Storage> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    exited.then(() => {
      throw new Error('the fake storage ended');
    }),
  ])) as [string];
  const port = Number(/listening on (\d+)/.exec(line)?.[1]);
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    port,
    settings: {
      RENDERCAST_S3_ENDPOINT: endpoint,
      RENDERCAST_S3_BUCKET: 'media',
      RENDERCAST_S3_ACCESS_KEY_ID: 'stub-key-id',
      RENDERCAST_S3_SECRET_ACCESS_KEY: 'stub-secret',
    },
    async manners(deeds) {
      await fetch(`${endpoint}/-/manners`, { method: 'POST', body: JSON.stringify(deeds) });
    },
    async close() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
