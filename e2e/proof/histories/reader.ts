import { type Fact, formatPosition, type Level, type Levels, type Target } from '@rendercast/protocol';
import { nativeDialect } from '@rendercast/protocol/dialects/native/index';
import type { Observation, ReaderHistory } from '@rendercast/protocol/history';
import type { Reach } from '../../../packages/server/src/events/follow.js';
import type { Sink, Subscription } from '../../../packages/server/src/events/subscription.js';
import type { Subscriptions } from '../../../packages/server/src/events/subscriptions.js';
import type { Chance } from '../../stories/chance.js';
import { isAway } from './direct-store.js';
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

/** One connection's end, which may be blocked and be open again. */
interface End {
  sink: Sink;
  block: () => void;
  unblock: () => void;
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
  let end: End | null = null;
  let connecting = false;

  function note({ frame }: { frame: string | Uint8Array }): void {
    const said = JSON.parse(String(frame)) as Frame;
    if (said.type === 'level') return void observations.push({ saw: 'level', jobId: said.jobId, level: said.level });
    position = 'feed' in target ? said.cursor : said.position;
    if ('job' in target) following = { job: said.jobId };
    observations.push({ saw: 'fact', fact: said.fact, position });
  }

  function createEnd(): End {
    const waiting: (() => void)[] = [];
    let blocked = false;
    const made: End = {
      sink: {
        blocked: () => blocked,
        whenReady: (callback) => (blocked ? void waiting.push(callback) : turns.add(callback)),
        write: (chunk) => {
          for (const { frame } of chunk.deliveries) note(frame);
        },
        failed: (error) => {
          if (!isAway(error)) throw error;
          if (made !== end || connecting) return;
          cut();
          turns.add(() => void connect());
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
    return made;
  }

  function cut(): void {
    subscription?.close();
    subscription = null;
    end = null;
    observations.push({ saw: 'cut' });
  }

  /** Comes back until the store is there. */
  async function connect(): Promise<void> {
    if (connecting || end !== null) return; // somebody was quicker
    connecting = true;
    for (;;) {
      try {
        await connectOnce();
        connecting = false;
        return;
      } catch (thrown) {
        if (!isAway(thrown)) throw thrown;
        cut();
        await turns.pause();
      }
    }
  }

  async function connectOnce(): Promise<void> {
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
    end = createEnd();
    subscription = prepared.start(end.sink);
  }

  return {
    history: { name, owner: reach.all ? null : reach.owner, target, observations },
    async follow(disturbances) {
      await connect();
      for (let count = 0; count < disturbances; count += 1) {
        await turns.pause();
        switch (chance.pick(['cut', 'block', 'unblock', 'wait', 'wait'])) {
          case 'cut':
            if (!connecting) cut();
            await connect();
            break;
          case 'block':
            end?.block();
            break;
          case 'unblock':
            end?.unblock();
            break;
          case 'wait':
        }
      }
      end?.unblock();
    },
    finish: () => void observations.push({ saw: 'finished' }),
    leave: () => subscription?.close(),
  };
}

/** The place before everything that comes after this number. */
export const positionAt = (epoch: string, n: number): string => formatPosition({ epoch, n });
