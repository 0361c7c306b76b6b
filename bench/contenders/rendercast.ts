import { createSilentLogger, loadConfig, startServer } from '@rendercast/server';
import { serveCommands } from '../processes/serve-commands.js';
import { readUsage } from '../processes/usage.js';
import { type BeatEngine, createBeatEngine } from './beat-engine.js';

/** How the server is opened. Everything else is as it comes. */
export interface RendercastOptions {
  dataDir: string;
  /** Jobs that run at once; 0: none is taken. */
  slots: number;
  /** Facts that each job makes before it ends; 0: it runs until aborted. */
  stages?: number;
  /** Most waiting jobs. */
  maxWaiting?: number;
  /** Dialects whose jobs run on the engine of the bench. */
  dialects?: readonly string[];
  /** Its part in a house of many processes. Absent: it is the whole house. */
  part?: HousePart;
}

/** What one process of a house of many is for, and where it meets the others. */
export interface HousePart {
  role: 'gateway' | 'worker';
  nodeName: string;
  databaseUrl: string;
  redisUrl: string;
}

let engine: BeatEngine | null = null;

const commands = {
  async open({ dataDir, slots, stages = 0, maxWaiting = 10_000, dialects = [], part }: RendercastOptions) {
    engine = part?.role === 'gateway' ? null : createBeatEngine({ slots, stages });
    const config = loadConfig(
      {
        dataDir,
        port: 0,
        rehearsal: false,
        maxWaiting,
        maxWaitingPerOwner: maxWaiting,
        maxConnections: 20_000,
        maxConnectionsPerAddress: 5_000,
        dialectEngines: dialects.map((name) => `${name}=beat`).join(','),
        ...part,
      },
      {},
    );
    const engines = engine === null ? [] : [engine];
    const server = await startServer({ config, logger: createSilentLogger(), studioDir: null, engines });
    return { port: Number(new URL(server.urls[0] ?? '').port) };
  },
  running: () => engine?.running() ?? 0,
  /** Jobs that went through all their stages here. */
  ended: () => engine?.ended() ?? 0,
  beat: (perSecond: number) => engine?.beat(perSecond),
  beatTowardsEnd: ({ perSecond, levelsToEnd }: { perSecond: number; levelsToEnd: number }) =>
    engine?.beat(perSecond, levelsToEnd),
  still: () => engine?.still() ?? 0,
  usage: (collect = false) => readUsage(collect),
  /** Ends by itself, so that a profile is written. */
  leave: () => void setTimeout(() => process.exit(0), 50),
};

/** What this process can be asked for. */
export type RendercastCommands = typeof commands;

serveCommands(commands);
