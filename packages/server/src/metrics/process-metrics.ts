import { readdir } from 'node:fs/promises';
import type { AtScrape } from './at-scrape.js';

/**
 * What Prometheus expects of every process, under the usual names. The library's own collector is not used: it watches
 * the garbage collector and the loop for good, which a server that is started and stopped inside another program may not.
 */
export function declareProcessMetrics(at: AtScrape): void {
  const startedS = Math.round(Date.now() / 1000 - process.uptime());
  at.counter('process_cpu_seconds_total', 'Processor time of the whole process.', [], () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  at.gauge('process_start_time_seconds', 'When the process started, in seconds since 1970.', [], () => startedS);
  at.gauge('process_resident_memory_bytes', 'Memory of the process.', [], () => process.memoryUsage.rss());
  at.gauge('process_open_fds', 'Open files and sockets, where the system tells.', [], openFiles);
  at.gauge(
    'nodejs_heap_size_used_bytes',
    'Used memory of the JavaScript heap.',
    [],
    () => process.memoryUsage().heapUsed,
  );
  at.gauge('nodejs_external_memory_bytes', 'Memory of buffers.', [], () => process.memoryUsage().external);
  at.gauge('nodejs_version_info', 'Version of Node.js, as a label.', ['version'], () => [
    [{ version: process.version }, 1],
  ]);
}

async function openFiles(): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  return (await readdir('/proc/self/fd')).length;
}
