import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './house.js';

/** An nginx that runs. */
export interface Nginx {
  url: string;
  stop(): Promise<void>;
}

/**
 * Starts nginx on a free port with the lines of a page (`listen 80;` and the address of the server on port 8000 are the
 * only ones that are changed), in front of a server that answers.
 */
export async function startNginx(program: string, lines: string, serverUrl: string): Promise<Nginx> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const folder = await mkdtemp(join(tmpdir(), 'rendercast-nginx-'));
  const server = lines
    .replace('listen 80;', `listen 127.0.0.1:${port};`)
    .replaceAll('http://127.0.0.1:8000', serverUrl);
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((of) => `${of}_temp_path ${folder}/${of};`);
  await writeFile(
    join(folder, 'nginx.conf'),
    `daemon off; pid ${folder}/pid; error_log ${folder}/error.log;
     events {}
     http { access_log off; ${places.join(' ')}\n${server} }`,
  );
  const nginx = spawn(program, ['-p', folder, '-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf')]);
  let said = '';
  nginx.stderr.on('data', (data: Buffer) => {
    said += data.toString();
  });
  const stop = async (): Promise<void> => {
    if (nginx.exitCode === null) {
      const exited = once(nginx, 'exit');
      nginx.kill('SIGTERM');
      await exited;
    }
    await rm(folder, { recursive: true });
  };
  try {
    await until(async () => {
      if (nginx.exitCode !== null) throw new Error(said);
      return (await fetch(`${url}/alive`).catch(() => null))?.status === 200;
    }, 'nginx');
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
