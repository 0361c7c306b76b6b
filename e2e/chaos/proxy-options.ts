import { parseArgs } from 'node:util';
import type { LineFaults } from './faults.js';
import type { FaultProxyOptions } from './proxy.js';

export const USAGE = `usage: npx tsx e2e/chaos/proxy.ts --target <host:port> [--listen <port>] [faults]

Faults, each with --up- (client to server), --down- (server to client) or -- (both) before it:
  delay-ms <n>            every byte arrives this much later
  bytes-per-second <n>    no faster than this
  cut-after-bytes <n>     then the connection is closed
  reset-after-bytes <n>   then it is torn (RST)
  silent-after-bytes <n>  then nothing passes, and nobody is told
  segment-bytes <n>       no write is longer
  split-at <n,n,…>        writes end at these places
  pause-ms <n>            between the parts of a split write`;

const NUMBERS = {
  'delay-ms': 'delayMs',
  'bytes-per-second': 'bytesPerSecond',
  'cut-after-bytes': 'cutAfterBytes',
  'reset-after-bytes': 'resetAfterBytes',
  'silent-after-bytes': 'silentAfterBytes',
  'segment-bytes': 'segmentBytes',
  'pause-ms': 'pauseMs',
} as const satisfies Record<string, keyof LineFaults>;

/** Reads the arguments of the program; a string says what is wrong with them. */
export function parseProxyOptions(args: readonly string[]): FaultProxyOptions | string {
  const names = [...Object.keys(NUMBERS), 'split-at'].flatMap((name) => [name, `up-${name}`, `down-${name}`]);
  const known = Object.fromEntries(['target', 'listen', ...names].map((name) => [name, { type: 'string' as const }]));
  let values: Record<string, string | boolean | (string | boolean)[] | undefined>;
  try {
    ({ values } = parseArgs({ args: [...args], options: known }));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const target = /^(?:(.+):)?(\d+)$/.exec(String(values.target ?? ''));
  if (target === null) return '--target needs a port, or host:port';
  const wrong = Object.entries(values).find(
    ([name, value]) => name !== 'target' && !/^\d+(?:,\d+)*$/.test(String(value)),
  );
  if (wrong !== undefined) return `--${wrong[0]} needs a number`;

  const line = (way: 'up' | 'down'): LineFaults => {
    const read = (name: string): string | undefined => values[`${way}-${name}`]?.toString() ?? values[name]?.toString();
    const faults: LineFaults = {};
    for (const [name, key] of Object.entries(NUMBERS)) {
      const value = read(name);
      if (value !== undefined) faults[key] = Number(value);
    }
    const splits = read('split-at');
    return splits === undefined ? faults : { ...faults, splitAt: splits.split(',').map(Number) };
  };
  return {
    target: { port: Number(target[2]), ...(target[1] === undefined ? {} : { host: target[1] }) },
    ...(values.listen === undefined ? {} : { port: Number(values.listen) }),
    faults: { up: line('up'), down: line('down') },
  };
}
