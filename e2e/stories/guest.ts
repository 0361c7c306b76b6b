import { type Client, createClient, type JobHandle, RendercastError, type TransportName } from '@rendercast/client';
import { WebSocket } from 'ws';
import { type Chance, createChance } from './chance.js';
import { type OnEvent, type Watcher, watchFeed, watchJob } from './watchers.js';

/** A job that was asked for: under which name, and what was answered. */
export interface Order {
  /** The client's own id, or null where an idempotency key named the request. */
  clientId: string | null;
  jobId: string;
  /** A cancel was acknowledged. */
  canceled: boolean;
}

/** Somebody who uses the server through the SDK over one transport, whatever happens to it meanwhile. */
export interface Guest {
  readonly name: string;
  readonly client: Client;
  /** Everything it watches: each job that it ordered, one of somebody else now and then, and two feeds. */
  readonly watchers: readonly Watcher[];
  readonly orders: readonly Order[];
  /** Resolves once the last job ordered before `enough` aborted has ended for it. */
  readonly done: Promise<void>;
  /** Stops its feeds, and lets go of the server. */
  leave(): Promise<void>;
}

export interface GuestOptions {
  url: string;
  transport: TransportName;
  chance: Chance;
  /** After this nothing new is ordered. */
  enough: AbortSignal;
  /** Jobs at a time. */
  atOnce: number;
  onEvent: OnEvent;
}

/** Patient with a server that is away for seconds, quick once it is back. */
export const PATIENT = {
  handshakeMs: 3_000,
  retryBaseMs: 40,
  retryMaxMs: 250,
  requestMs: 5_000,
  pollWaitMs: 2_000,
  attempts: 400,
} as const;

/** Starts to order, watch and cancel. */
export function createGuest({ url, transport, chance, enough, atOnce, onEvent }: GuestOptions): Guest {
  const client = createClient({ url, transports: [transport], webSocket: WebSocket, timing: PATIENT });
  const orders: Order[] = [];
  const feeds = [
    watchFeed(`${transport}: all`, client, {}, onEvent),
    watchFeed(`${transport}: tagged`, client, { tag: 'fox' }, onEvent),
  ];
  const watchers: Watcher[] = [...feeds];

  async function orderAndWatch(chance: Chance): Promise<void> {
    const order = await submit(chance);
    const watcher = watchJob(`${transport}: ${order.jobId}`, client, order.jobId, { from: 'start' }, onEvent);
    watchers.push(watcher);
    // Some watch by the name that they chose themselves, or come later: they start with the job as it stands.
    if (chance.happens(0.3)) {
      const late = watchJob(`${transport}: late at ${order.jobId}`, client, order.clientId ?? order.jobId);
      watchers.push(late);
    }
    if (chance.happens(0.25)) await cancel(order, watcher, chance);
    await watcher.done;
  }

  async function submit(chance: Chance): Promise<Order> {
    const clientId = chance.happens(0.5) ? `${transport}-${chance.between(0, 1e9)}` : null;
    const idempotencyKey = `key-${transport}-${chance.between(0, 1e9)}`;
    const handle: JobHandle = await client.generate('a rehearsal', {
      engine: 'rehearsal',
      tags: chance.happens(0.5) ? ['fox'] : [],
      extra: { rehearsal: script(chance) },
      ...(clientId === null ? { idempotencyKey } : { id: clientId }),
    });
    const order: Order = { clientId, jobId: handle.id, canceled: false };
    orders.push(order);
    return order;
  }

  async function cancel(order: Order, watcher: Watcher, chance: Chance): Promise<void> {
    await watcher.reached(chance.between(0, 4));
    try {
      await client.job(order.jobId).cancel({ reason: 'changed my mind' });
      order.canceled = true;
    } catch (error) {
      if (!(error instanceof RendercastError && error.code === 'already_ended')) throw error;
    }
  }

  /** One job after the other; each such row draws by itself, whatever the others are shown meanwhile. */
  async function keepOrdering(seed: number): Promise<void> {
    const own = createChance(seed);
    while (!enough.aborted) await orderAndWatch(own);
  }

  return {
    name: transport,
    client,
    watchers,
    orders,
    done: Promise.all(Array.from({ length: atOnce }, () => keepOrdering(chance.between(0, 1e9)))).then(async () => {
      await Promise.all(watchers.filter((watcher) => !feeds.includes(watcher)).map(({ done }) => done));
    }),
    async leave() {
      for (const feed of feeds) await feed.stop();
      client.close();
    },
  };
}

/** How a job goes: mostly well, some with a bad day of their own beside what is done to the server. */
function script(chance: Chance) {
  const steps = chance.between(4, 30);
  return {
    steps,
    stepMs: chance.between(5, 40),
    outputs: chance.between(1, 3),
    previewEvery: chance.pick([0, 1, 4]),
    fallingPercent: chance.happens(0.2),
    ...(chance.happens(0.5)
      ? {
          stages: [
            { name: 'base', steps: steps - 2 },
            { name: 'refine', steps: 2 },
          ],
        }
      : {}),
    ...(chance.happens(0.15) ? { transient: { attempts: 1, atStep: chance.between(1, steps) } } : {}),
    ...(chance.happens(0.1) ? { fail: { atStep: chance.between(1, steps) } } : {}),
  };
}
