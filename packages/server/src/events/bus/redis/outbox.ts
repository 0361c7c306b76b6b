import { isTerminal, type LoggedFact } from '@rendercast/protocol';
import type { CarriedLevel } from '../bus.js';
import type { Encoder } from './frame.js';
import type { Names } from './names.js';
import { TELL_FACTS, TELL_LEVEL } from './scripts.js';
import type { Session } from './session.js';

/** Bytes on their way to Redis, sent and not yet answered: beyond it what comes next waits, and levels are merged. */
const IN_FLIGHT_BYTES = 4 * 1024 * 1024;
/** Bytes that wait at most: beyond it hints and levels are dropped and counted. */
const WAITING_BYTES = 8 * 1024 * 1024;
/** What an encoded level takes beside its picture, about. */
const LEVEL_BYTES = 512;
/** Levels outlast their last news by so much in Redis, in milliseconds: an engine may be silent for long. */
const KEPT_MS = 3_600_000;

/** What leaves this process, in bounded memory. All that was handed in in one turn leaves in one write. */
export interface Outbox {
  facts(jobId: string, logged: readonly LoggedFact[]): void;
  level(carried: CarriedLevel): void;
  attach(session: Session): void;
  /** The session is over: what waits is dropped, and so is what comes until there is another. */
  detach(): void;
  /** What could not be sent since the start. */
  readonly dropped: { hints: number; levels: number };
}

interface Hint {
  jobId: string;
  frame: Buffer;
  facts: number;
  ends: boolean;
}

interface OutboxOptions {
  encoder: Encoder;
  names: Names;
  /** Told with each level's answer whether anybody wants previews of the job. */
  wished(jobId: string, isWished: boolean): void;
}

export function createOutbox({ encoder, names, wished }: OutboxOptions): Outbox {
  const dropped = { hints: 0, levels: 0 };
  let hints: Hint[] = [];
  /** The newest level of each job and kind. */
  const levels = new Map<string, CarriedLevel>();
  let waitingBytes = 0;
  let inFlightBytes = 0;
  let session: Session | null = null;
  let scheduled = false;

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      flush();
    });
  }

  function flush(): void {
    const on = session;
    if (on === null) return;
    let sent = 0;
    for (const hint of hints) {
      if (inFlightBytes >= IN_FLIGHT_BYTES) break;
      sent += 1;
      waitingBytes -= hint.frame.length;
      sendHint(on, hint);
    }
    hints = hints.slice(sent);
    for (const [key, carried] of levels) {
      if (inFlightBytes >= IN_FLIGHT_BYTES) break;
      levels.delete(key);
      waitingBytes -= bytesOf(carried);
      sendLevel(on, carried);
    }
  }

  function sendHint(on: Session, { jobId, frame, facts, ends }: Hint): void {
    const channels = [names.jobChannel('facts', jobId), names.feedChannel('facts', names.shardOf(jobId))];
    const run = on.run(TELL_FACTS, [names.keptKey(jobId)], [frame, ends ? 1 : 0, on.publish, ...channels]);
    inFlight(run, frame.length, () => {
      dropped.hints += facts;
    });
  }

  function sendLevel(on: Session, carried: CarriedLevel): void {
    const { jobId, level } = carried;
    const { kind, attempt, after, tick } = level;
    const frame = encoder.level(carried);
    const shard = names.shardOf(jobId);
    const of = kind === 'preview' ? 'previews' : 'levels';
    const keys = [names.keptKey(jobId), names.jobWishKey(jobId), names.feedWishKey(shard)];
    const channels = [names.jobChannel(of, jobId), names.feedChannel(of, shard)];
    const run = on.run(TELL_LEVEL, keys, [kind, attempt, after, tick, frame, KEPT_MS, on.publish, ...channels]);
    inFlight(
      run.then((answer) => wished(jobId, Number(answer) >= 2)),
      frame.length,
      () => {
        dropped.levels += 1;
      },
    );
  }

  function inFlight(run: Promise<unknown>, bytes: number, failed: () => void): void {
    inFlightBytes += bytes;
    run.catch(failed).finally(() => {
      inFlightBytes -= bytes;
      if (hints.length > 0 || levels.size > 0) schedule();
    });
  }

  /** Levels of a job that ended would only bring back what is forgotten. */
  function dropLevelsOf(jobId: string): void {
    for (const kind of ['progress', 'preview']) {
      const key = `${kind}:${jobId}`;
      const carried = levels.get(key);
      if (carried === undefined) continue;
      waitingBytes -= bytesOf(carried);
      levels.delete(key);
    }
  }

  return {
    dropped,
    facts(jobId, logged) {
      const ends = logged.some(({ fact }) => isTerminal(fact));
      if (ends) dropLevelsOf(jobId);
      if (session === null || waitingBytes >= WAITING_BYTES) {
        dropped.hints += logged.length;
        return;
      }
      const frame = encoder.facts(jobId, logged);
      waitingBytes += frame.length;
      hints.push({ jobId, frame, facts: logged.length, ends });
      schedule();
    },
    level(carried) {
      const key = `${carried.level.kind}:${carried.jobId}`;
      const before = levels.get(key);
      if (session === null || (before === undefined && waitingBytes >= WAITING_BYTES)) {
        dropped.levels += 1;
        return;
      }
      waitingBytes += bytesOf(carried) - (before === undefined ? 0 : bytesOf(before));
      levels.set(key, carried);
      schedule();
    },
    attach(opened) {
      session = opened;
    },
    detach() {
      session = null;
      for (const { facts } of hints) dropped.hints += facts;
      dropped.levels += levels.size;
      hints = [];
      levels.clear();
      waitingBytes = 0;
    },
  };
}

const bytesOf = ({ preview }: CarriedLevel): number => LEVEL_BYTES + (preview?.bytes.length ?? 0);
