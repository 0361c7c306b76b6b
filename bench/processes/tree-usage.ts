import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time for programs in hundredths of a second, whatever the kernel's own tick. */
const TICK_US = 10_000;

/**
 * Processor time of a process, its children, and those of them that have ended, in microseconds. Zero where there is no
 * /proc.
 */
export function treeCpuUs(pid: number): number {
  const root = read(String(pid));
  if (root === null) return 0;
  let ticks = root.ticks + root.endedTicks;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const one = read(name);
    if (one?.parent === pid) ticks += one.ticks + one.endedTicks;
  }
  return ticks * TICK_US;
}

/** For how long the main thread of a process was ready to run and had no core, in microseconds. Zero where nobody says. */
export function waitedUs(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1] ?? 0) / 1_000;
  } catch {
    return 0;
  }
}

function read(pid: string): { parent: number; ticks: number; endedTicks: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const at = (index: number): number => Number(fields[index] ?? 0);
    return { parent: at(1), ticks: at(11) + at(12), endedTicks: at(13) + at(14) };
  } catch {
    return null; // it has ended meanwhile
  }
}
