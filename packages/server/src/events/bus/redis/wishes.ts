import type { Clock } from '../../../clock.js';
import type { Interest } from '../bus.js';
import { type Names, SHARDS } from './names.js';
import { TELL_WISH } from './scripts.js';
import type { Session } from './session.js';

/** A wish holds for so long after one was last said, in milliseconds: that of a process that died goes by itself. */
const HOLDS_MS = 15_000;
/** Time between two times of saying what is wanted here, in milliseconds. */
const SAY_EVERY_MS = 5_000;
/** Time between two questions about one job, in milliseconds; levels of it bring the answer along. */
const ASK_EVERY_MS = 1_000;
/** Answers nobody has asked for since are forgotten, in milliseconds. */
const FORGET_MS = 30_000;

/** Who wants previews: said and asked through Redis, so that only wanted ones are carried. */
export interface Wishes {
  /** A listener of this process wants previews of what it follows. */
  add(interest: Interest): void;
  remove(interest: Interest): void;
  /** Whether another process wants them, as far as it is known; if it is not, it is asked. */
  wished(jobId: string): boolean;
  /** What an answer brought along. */
  learn(jobId: string, isWished: boolean): void;
  attach(session: Session): void;
  detach(): void;
  close(): void;
}

interface Known {
  isWished: boolean;
  learntMs: number;
  askedMs: number;
  usedMs: number;
}

/**
 * @param node Tells this process from all others: each one's wish stands for itself.
 * @param encodeWish The word that a job's previews are wanted from now on.
 */
export function createWishes(clock: Clock, names: Names, node: string, encodeWish: (jobId: string) => Buffer): Wishes {
  const ownJobs = new Map<string, number>();
  let ownFeeds = 0;
  const known = new Map<string, Known>();
  let session: Session | null = null;
  let takeBack = clock.after(SAY_EVERY_MS, beat);

  const ofFeeds = (): string[] => Array.from({ length: SHARDS }, (_, shard) => names.feedWishKey(shard));

  function say(keys: Iterable<string>): void {
    // A wish that was not heard is said again soon.
    for (const key of keys) {
      session?.call('SADD', [key, node]).catch(() => undefined);
      session?.call('PEXPIRE', [key, HOLDS_MS]).catch(() => undefined);
    }
  }

  /** A first wish is told to whoever runs the job, so that its next preview is made already. */
  function tell(jobId: string): void {
    const told = [node, HOLDS_MS, session?.publish ?? '', names.jobChannel('facts', jobId), encodeWish(jobId)];
    session?.run(TELL_WISH, [names.jobWishKey(jobId)], told).catch(() => undefined); // it is said again soon
  }

  function takeBackWishes(keys: Iterable<string>): void {
    for (const key of keys) session?.call('SREM', [key, node]).catch(() => undefined);
  }

  function sayAll(): void {
    say([...ownJobs.keys()].map(names.jobWishKey));
    if (ownFeeds > 0) say(ofFeeds());
  }

  function beat(): void {
    takeBack = clock.after(SAY_EVERY_MS, beat);
    sayAll();
    const nowMs = clock.monotonic();
    for (const [jobId, { usedMs }] of known) if (nowMs - usedMs > FORGET_MS) known.delete(jobId);
  }

  function ask(jobId: string): void {
    const keys = [names.jobWishKey(jobId), names.feedWishKey(names.shardOf(jobId))];
    session
      ?.call('EXISTS', keys)
      .then((found) => learn(jobId, Number(found) > 0))
      .catch(() => undefined); // asked again soon
  }

  function learn(jobId: string, isWished: boolean): void {
    const entry = known.get(jobId);
    if (entry === undefined) return; // nobody asked
    entry.isWished = isWished;
    entry.learntMs = clock.monotonic();
    entry.askedMs = entry.learntMs;
  }

  return {
    add(interest) {
      if ('all' in interest) {
        ownFeeds += 1;
        if (ownFeeds === 1) say(ofFeeds());
        return;
      }
      const before = ownJobs.get(interest.job) ?? 0;
      ownJobs.set(interest.job, before + 1);
      if (before === 0) tell(interest.job);
    },
    remove(interest) {
      if ('all' in interest) {
        ownFeeds -= 1;
        if (ownFeeds === 0) takeBackWishes(ofFeeds());
        return;
      }
      const left = (ownJobs.get(interest.job) ?? 0) - 1;
      if (left > 0) return void ownJobs.set(interest.job, left);
      ownJobs.delete(interest.job);
      takeBackWishes([names.jobWishKey(interest.job)]);
    },
    wished(jobId) {
      const nowMs = clock.monotonic();
      const never = Number.NEGATIVE_INFINITY;
      const entry = known.get(jobId) ?? { isWished: false, learntMs: never, askedMs: never, usedMs: nowMs };
      known.set(jobId, entry);
      entry.usedMs = nowMs;
      if (nowMs - entry.askedMs >= ASK_EVERY_MS) {
        entry.askedMs = nowMs;
        ask(jobId);
      }
      return entry.isWished && nowMs - entry.learntMs < HOLDS_MS;
    },
    learn,
    attach(opened) {
      session = opened;
      sayAll();
    },
    detach() {
      session = null;
    },
    close: () => takeBack(),
  };
}
