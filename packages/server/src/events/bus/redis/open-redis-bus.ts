import { randomBytes } from 'node:crypto';
import { isTerminal } from '@rendercast/protocol';
import type { Clock } from '../../../clock.js';
import type { Logger } from '../../../logger.js';
import type { Bus, CarriedLevel, Interest } from '../bus.js';
import { createKeptLevels } from '../kept-levels.js';
import { createListeners, groupByJob } from '../listeners.js';
import { parseAddresses } from './address.js';
import { createChannels } from './channels.js';
import { createEncoder } from './frame.js';
import { createHearing } from './hearing.js';
import { createHouseClaim } from './house-claim.js';
import { createNames } from './names.js';
import { openSession } from './open-session.js';
import { createOutbox } from './outbox.js';
import { createReceiver } from './receive.js';
import type { Session } from './session.js';
import { supervise } from './supervise.js';
import { createWishes } from './wishes.js';

export interface RedisBusOptions {
  /** `redis://user:…@host:6379/0` or `rediss://…`; several, also separated by commas, are nodes of one cluster. */
  urls: string | readonly string[];
  /**
   * First part of all names, 1 to 64 letters, digits, dots, dashes or underscores. Whoever shares it hears each other;
   * two houses on one Redis have one each.
   */
  prefix: string;
  /**
   * What the house's own database calls itself. A prefix that a house with another database uses is refused. Default: nobody
   * looks.
   */
  house?: string;
  clock: Clock;
  logger: Logger;
  /** What this process is called in Redis's list of clients. Default: `rendercast`. */
  name?: string;
  /** 0 to 1, for spreading attempts to come back. Default: Math.random. */
  random?: () => number;
}

/** Bounds of what one process keeps of levels: beyond them those longest without news go. */
const KEPT = { maxJobs: 10_000, maxPreviewBytes: 64 * 1024 * 1024 };

/**
 * The bus between processes, on Redis 6.2 or newer (or Valkey), also as a cluster.
 *
 * Redis is the speed and not the truth: where it cannot be reached, now or later, the bus serves its own process, says
 * `degraded`, and comes back by itself; then all listeners are told `missed`. One that never answered is no error at
 * the start, for the same reason.
 *
 * @throws BusOpenError where the first attempt shows that waiting does not help: a wrong password, a version that is
 * too old, missing rights, an address or prefix that cannot be used, names that are another house's
 */
export async function openRedisBus(options: RedisBusOptions): Promise<Bus> {
  const { clock, logger, prefix, name = 'rendercast' } = options;
  const addresses = parseAddresses(options.urls);
  const names = createNames(prefix);
  const sender = randomBytes(8);
  const encoder = createEncoder(sender);
  const listeners = createListeners();
  const kept = createKeptLevels(KEPT);
  /** Jobs whose levels come from this process. */
  const own = new Set<string>();
  const channels = createChannels();
  const wishes = createWishes(clock, names, sender.toString('hex'), encoder.wish);
  const claim = createHouseClaim(clock, names, prefix, options.house);
  const outbox = createOutbox({ encoder, names, wished: wishes.learn });
  const hearing = createHearing({ clock, names, listeners, kept, channels, wishes, own });
  const wished = (jobId: string): void => wishes.learn(jobId, true);
  const receiver = createReceiver({ sender, listeners, kept, own, wished });

  let isHeard = false;
  let fail = (_reason: string): void => undefined;

  async function up(session: Session): Promise<void> {
    await channels.attach(session);
    outbox.attach(session);
    wishes.attach(session);
    claim.attach(session, fail);
    isHeard = true;
    listeners.missed();
    hearing.attach(session);
    // Redis may have forgotten them.
    for (const jobId of own) for (const carried of kept.carried(jobId)) send(carried);
  }

  function down(): void {
    channels.detach();
    outbox.detach();
    wishes.detach();
    claim.detach();
    hearing.detach();
    // Once for each loss, however many attempts fail after it.
    if (isHeard) listeners.missed();
    isHeard = false;
  }

  function send(carried: CarriedLevel): void {
    const { jobId, level, preview } = carried;
    if (level.kind === 'place') return; // each process works them out for its own watchers
    if (level.kind === 'preview' && (preview === null || !wishes.wished(jobId))) return;
    own.add(jobId);
    if (own.size > KEPT.maxJobs) for (const oldest of [...own].slice(0, own.size - KEPT.maxJobs)) own.delete(oldest);
    outbox.level(carried);
  }

  async function claimed(session: Session): Promise<Session> {
    try {
      await claim.claim(session);
      return session;
    } catch (error) {
      session.close();
      throw error;
    }
  }

  const supervised = await supervise({
    async open(failed, signal) {
      const events = { message: receiver.message, failed };
      const session = await openSession({ addresses, prefix, name, clock }, events, signal);
      fail = (reason) => {
        session.close();
        failed(reason);
      };
      return await claimed(session);
    },
    up,
    down,
    clock,
    logger,
    ...(options.random === undefined ? {} : { random: options.random }),
  }).catch((error: unknown) => {
    wishes.close();
    throw error;
  });

  return {
    publishFacts(logged) {
      for (const [jobId, ofJob] of groupByJob(logged)) {
        listeners.facts(jobId, ofJob, 'both');
        if (ofJob.some(({ fact }) => isTerminal(fact))) {
          kept.forget(jobId);
          own.delete(jobId);
        }
        outbox.facts(jobId, ofJob);
      }
    },
    publishLevel(carried) {
      if (!kept.keep(carried)) return;
      listeners.level(carried, 'both');
      send(carried);
    },
    listen: (interest: Interest, listener) => hearing.listen(interest, listener),
    latest: kept.of,
    newest: hearing.newest,
    watched: listeners.watched,
    wantsPreviews: (jobId) => listeners.wantsPreviews(jobId) || wishes.wished(jobId),
    health: () => ({
      degraded: supervised.degraded,
      losses: supervised.losses,
      dropped: { ...outbox.dropped, garbage: receiver.garbage() + hearing.garbage() },
    }),
    async close() {
      listeners.clear();
      supervised.close();
      wishes.close();
      down();
      kept.clear();
      own.clear();
    },
  };
}
