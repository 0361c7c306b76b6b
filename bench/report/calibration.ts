import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { figure, median } from './statistics.js';

/** What the machine itself was worth while the figures were taken. */
export interface Calibration {
  /** Writing 4 KiB and fsync, median and slowest of a hundred, in milliseconds. */
  fsyncMs: number;
  slowestFsyncMs: number;
  /** How late a loop with nothing to do ran its timers, p99, in milliseconds. */
  idleLoopMs: number;
  /** A fixed loop of sums, in milliseconds of wall time and of processor time: apart, others had the core. */
  loopMs: number;
  loopCpuMs: number;
}

const FSYNCS = 100;
const HASHES = 400;

/** Takes about a second. */
export async function calibrate(): Promise<Calibration> {
  const { fsyncMs, slowestFsyncMs } = timeFsync();
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  await sleep(500);
  histogram.disable();
  const idleLoopMs = Math.max(0, histogram.percentile(99) / 1e6 - 1);
  return { fsyncMs, slowestFsyncMs, idleLoopMs, ...timeLoop() };
}

export function describeCalibration({ fsyncMs, slowestFsyncMs, idleLoopMs, loopMs, loopCpuMs }: Calibration): string {
  return (
    `fsync ${figure(fsyncMs)} ms (slowest ${figure(slowestFsyncMs)}), idle loop p99 ${figure(idleLoopMs)} ms late, ` +
    `fixed loop ${figure(loopMs)} ms (${figure(loopCpuMs)} of processor)`
  );
}

function timeFsync(): { fsyncMs: number; slowestFsyncMs: number } {
  const folder = mkdtempSync(join(tmpdir(), 'rendercast-bench-'));
  const file = openSync(join(folder, 'page'), 'w');
  const page = Buffer.alloc(4_096, 1);
  const times = Array.from({ length: FSYNCS }, () => {
    const startMs = performance.now();
    writeSync(file, page);
    fsyncSync(file);
    return performance.now() - startMs;
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return { fsyncMs: median(times), slowestFsyncMs: Math.max(...times) };
}

function timeLoop(): { loopMs: number; loopCpuMs: number } {
  const block = Buffer.alloc(64 * 1024, 7);
  const startMs = performance.now();
  const before = process.cpuUsage();
  for (let round = 0; round < HASHES; round += 1) createHash('sha256').update(block).digest();
  const { user, system } = process.cpuUsage(before);
  return { loopMs: performance.now() - startMs, loopCpuMs: (user + system) / 1_000 };
}
