import { type Fact, formatPosition, type Level, type Levels, type Target } from '@rendercast/protocol';
import { nativeDialect } from '@rendercast/protocol/dialects/native/index';
import type { Observation, ReaderHistory } from '@rendercast/protocol/history';
import type { Reach } from '../../../packages/server/src/events/follow.js';
import type { Sink, Subscription } from '../../../packages/server/src/events/subscription.js';
import type { Subscriptions } from '../../../packages/server/src/events/subscriptions.js';
import type { Chance } from '../../stories/chance.js';
import type { Turns } from './turns.js';

/** Somebody who follows, is cut off, stalls, comes back, and writes down what it is shown. */
export interface Reader {
  readonly history: ReaderHistory;
  /** Follows through cuts and stalls; resolves when it follows undisturbed. */
  follow(disturbances: number): Promise<void>;
  /** Says that it has seen everything. */
  finish(): void;
  leave(): void;
}

export interface ReaderOptions {
  name: string;
  reach: Reach;
  target: Target;
  /** Where it starts; null: from now, with a snapshot. */
  from: string | null;
  subscriptions: Subscriptions;
  chance: Chance;
  turns: Turns;
}

interface Frame {
  type: 'event' | 'level';
  jobId: string;
  fact: Fact;
  level: Level;
  position: string;
  cursor: string;
}

const encoding = { name: 'proof', encode: ({ frame }: { frame: string | Uint8Array }) => Buffer.from(frame) };

/** Makes a reader that does not follow yet. */
export function createReader(options: ReaderOptions): Reader {
  const { name, reach, target, subscriptions, chance, turns } = options;
  const observations: Observation[] = [];
  let position = options.from;
  /** Once it knows the job it goes on by the server's id: the client's own is gone with a removal. */
  let following = target;
  let subscription: Subscription | null = null;
  let unblock = (): void => undefined;

  function note({ frame }: { frame: string | Uint8Array }): void {
    const said = JSON.parse(String(frame)) as Frame;
    if (said.type === 'level') return void observations.push({ saw: 'level', jobId: said.jobId, level: said.level });
    position = 'feed' in target ? said.cursor : said.position;
    if ('job' in target) following = { job: said.jobId };
    observations.push({ saw: 'fact', fact: said.fact, position });
  }

  /** One connection's end, which may be blocked and be open again. */
  function createSink(): { sink: Sink; block: () => void; unblock: () => void } {
    const waiting: (() => void)[] = [];
    let blocked = false;
    return {
      sink: {
        blocked: () => blocked,
        whenReady: (callback) => (blocked ? void waiting.push(callback) : turns.add(callback)),
        write: (chunk) => {
          for (const { frame } of chunk.deliveries) note(frame);
        },
        failed: (error) => {
          throw error;
        },
      },
      block: () => {
        blocked = true;
      },
      unblock: () => {
        blocked = false;
        for (const callback of waiting.splice(0)) turns.add(callback);
      },
    };
  }

  async function connect(): Promise<ReturnType<typeof createSink>> {
    observations.push({ saw: 'connected', position });
    const prepared = await subscriptions.prepare({
      target: following,
      reach,
      position,
      dialect: nativeDialect,
      variant: 'none',
      levels: ['progress', 'place'],
      encoding,
    });
    const { snapshot, reset, position: standsAt } = prepared.followed;
    const jobs = snapshot === null ? [] : [snapshot.job];
    const levels: { levels?: Levels } = snapshot === null ? {} : { levels: snapshot.levels };
    if (reset !== null) observations.push({ saw: 'reset', reason: reset, position: standsAt, jobs, ...levels });
    else if (snapshot !== null) observations.push({ saw: 'snapshot', position: standsAt, jobs, ...levels });
    if (reset !== null || snapshot !== null || 'feed' in target) position = standsAt;
    if (snapshot !== null) following = { job: snapshot.job.id };
    const end = createSink();
    subscription = prepared.start(end.sink);
    unblock = end.unblock;
    return end;
  }

  return {
    history: { name, owner: reach.all ? null : reach.owner, target, observations },
    async follow(disturbances) {
      let end = await connect();
      for (let count = 0; count < disturbances; count += 1) {
        await turns.pause();
        switch (chance.pick(['cut', 'block', 'unblock', 'wait', 'wait'])) {
          case 'cut':
            subscription?.close();
            observations.push({ saw: 'cut' });
            end = await connect();
            break;
          case 'block':
            end.block();
            break;
          case 'unblock':
            end.unblock();
            break;
          case 'wait':
        }
      }
      unblock();
    },
    finish: () => void observations.push({ saw: 'finished' }),
    leave: () => subscription?.close(),
  };
}

/** The place before everything that comes after this number. */
export const positionAt = (epoch: string, n: number): string => formatPosition({ epoch, n });
