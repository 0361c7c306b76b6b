import { WebSocket } from 'ws';
import type { ConnectOptions } from '../load/reader.js';
import { rendercastSockets } from './contenders.js';
import { type House, runJobs, until } from './house.js';

/** How the sockets of one dialect come to follow running jobs. */
export interface DialectSockets {
  /** As the table shows it. */
  name: string;
  /** The dialect whose jobs have to run on the engine of the bench. */
  dialect: string;
  /** What its sockets follow: `each` one of the jobs, or all of them. Only figures of the same reach are compared. */
  follows: 'each' | 'all';
  /** Has so many jobs run, and says how so many sockets are opened that follow them. */
  prepare(house: House, jobs: number, sockets: number): Promise<ConnectOptions>;
}

const turn = (ids: readonly string[], index: number): string => ids[index % ids.length] ?? '';
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

/** The dialects, each beside the native one. */
export const NATIVE_EACH: DialectSockets = {
  name: 'native, a job each',
  dialect: 'native',
  follows: 'each',
  async prepare(house, jobs, sockets) {
    const ids = await runJobs(house, jobs);
    return rendercastSockets(
      house.port,
      times(sockets, (index) => [{ job: turn(ids, index) }]),
    );
  },
};

export const NATIVE_ALL: DialectSockets = {
  name: 'native, a feed each',
  dialect: 'native',
  follows: 'all',
  async prepare(house, jobs, sockets) {
    await runJobs(house, jobs);
    return rendercastSockets(
      house.port,
      times(sockets, () => [{ feed: { kind: 'image' } }]),
    );
  },
};

/** A socket of a task hears where it stands. */
export const IMAGE_TASK: DialectSockets = {
  name: 'image-task',
  dialect: 'image-task',
  follows: 'each',
  async prepare(house, jobs, sockets) {
    const ids = await runJobs(house, jobs);
    return {
      port: house.port,
      sockets: times(sockets, (index) => ({ path: `/ws/image-generation/${turn(ids, index)}`, sends: [] })),
      until: { text: '"type":"progress"', times: 1 },
    };
  },
};

/** A socket that has not subscribed is told of every session that runs. */
export const ARTIST_SESSION: DialectSockets = {
  name: 'artist-session',
  dialect: 'artist-session',
  follows: 'all',
  async prepare(house, jobs, sockets) {
    await runJobs(house, jobs);
    return {
      port: house.port,
      sockets: times(sockets, () => ({ path: '/ws', sends: [] })),
      until: { text: '"type":"generation_start"', times: jobs },
    };
  },
};

/** A socket that subscribes to all jobs is told how each stands. */
export const PROGRESS_FEED: DialectSockets = {
  name: 'progress-feed',
  dialect: 'progress-feed',
  follows: 'all',
  async prepare(house, jobs, sockets) {
    await runJobs(house, jobs);
    return {
      port: house.port,
      sockets: times(sockets, () => ({ path: '/ws/progress', sends: ['{"type":"subscribe"}'] })),
      until: { text: '"type":"progress_update"', times: jobs },
    };
  },
};

/** Sockets that have subscribed to one session each: the house has one feed for them, of which each hears its part. */
export const ARTIST_SUBSCRIBED: DialectSockets = {
  name: 'artist-session, subscribed',
  dialect: 'artist-session',
  follows: 'each',
  async prepare(house, jobs, sockets) {
    const ids = await runJobs(house, jobs);
    return {
      port: house.port,
      sockets: times(sockets, (index) => ({
        path: '/ws',
        sends: [JSON.stringify({ type: 'subscribe', session_id: turn(ids, index) })],
      })),
      until: { text: '"type":"generation_start"', times: 1 },
    };
  },
};

export const FEED_SUBSCRIBED: DialectSockets = {
  name: 'progress-feed, subscribed',
  dialect: 'progress-feed',
  follows: 'each',
  async prepare(house, jobs, sockets) {
    const ids = await runJobs(house, jobs);
    return {
      port: house.port,
      sockets: times(sockets, (index) => ({
        path: '/ws/progress',
        sends: [JSON.stringify({ type: 'subscribe', job_ids: [turn(ids, index)] })],
      })),
      until: { text: '"type":"progress_update"', times: 1 },
    };
  },
};

/** A socket of its own kind for each render: the first to send a plan starts it, those after it join. */
export const MUSIC_RENDER: DialectSockets = {
  name: 'music-render',
  dialect: 'music-render',
  follows: 'each',
  async prepare(house, jobs, sockets) {
    const plans = times(jobs, (index) => renderMessage(`song ${index}`));
    await Promise.all(plans.map((plan) => startRender(house.port, plan)));
    await until(async () => (await house.child.call('running')) >= jobs, `${jobs} renders to run`);
    return {
      port: house.port,
      sockets: times(sockets, (index) => ({ path: '/render/ws', sends: [turn(plans, index)] })),
      until: { text: '"stage":"generating"', times: 1 },
    };
  },
};

function renderMessage(title: string): string {
  const section = { section_name: 'Intro', duration_ms: 30_000 };
  return JSON.stringify({ type: 'render', composition_plan: { title, sections: [section] } });
}

/** Sends a plan, and leaves once it was taken: the render goes on. */
function startRender(port: number, plan: string): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/render/ws`);
  return new Promise((resolve, reject) => {
    socket.once('open', () => socket.send(plan));
    socket.once('error', reject);
    socket.on('message', (data: Buffer) => {
      const said = JSON.parse(data.toString('utf8')) as { type: string; stage?: string };
      if (said.stage !== 'validated' && said.type === 'progress') return;
      socket.close();
      if (said.type === 'progress') resolve();
      else reject(new Error(`a render was refused: ${data.toString('utf8')}`));
    });
  });
}
