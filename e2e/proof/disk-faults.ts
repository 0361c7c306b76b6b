import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A disk so small that it can be filled. */
export interface SmallDisk {
  path: string;
  /** Takes all the room that is left. */
  fill(): Promise<void>;
  clear(): Promise<void>;
  unmount(): Promise<void>;
}

/** Mounts a disk in memory; null where that is not allowed. */
export async function mountSmallDisk(path: string, mib: number): Promise<SmallDisk | null> {
  await mkdir(path);
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', path]);
  } catch {
    return null;
  }
  const filler = join(path, 'filler');
  return {
    path,
    async fill() {
      const file = await open(filler, 'a');
      try {
        for (let size = 1024 * 1024; size >= 512; ) {
          try {
            const { bytesWritten } = await file.write(Buffer.alloc(size));
            if (bytesWritten < size) size /= 2;
          } catch {
            size /= 2; // no room for so much
          }
        }
      } finally {
        await file.close();
      }
    },
    clear: () => rm(filler),
    async unmount() {
      await run('umount', ['-l', path]);
    },
  };
}

/** Whether the system calls of a process can be meddled with here. */
export function canTrace(): boolean {
  try {
    execFileSync('strace', ['-qq', '-e', 'trace=none', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Meddles with every sync of a process that runs (`error=EIO`, `delay_exit=<microseconds>`), until it is stopped. */
export async function traceSyncs(pid: number, inject: string): Promise<{ stop(): Promise<void> }> {
  const calls = 'fsync,fdatasync';
  const tracer = spawn('strace', ['-f', '-p', String(pid), '-e', `trace=${calls}`, '-e', `inject=${calls}:${inject}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const gone = once(tracer, 'exit');
  // It says so once it holds the process; from then on what it writes is the trace.
  await Promise.race([
    once(tracer.stderr, 'data'),
    gone.then(() => {
      throw new Error('strace cannot hold the server');
    }),
  ]);
  tracer.stderr.resume();
  return {
    async stop() {
      if (tracer.exitCode === null && tracer.signalCode === null) tracer.kill('SIGINT');
      await gone;
    },
  };
}
