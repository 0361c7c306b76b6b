import { RendercastError } from '@rendercast/protocol/errors';
import type { Clock } from '../../clock.js';
import type { Sql } from './connection.js';
import type { Answer, Call, Group } from './group.js';
import type { Lane } from './lane.js';
import { resolveOutcome } from './outcome.js';
import { isConnectionLoss, isStorageFailure, mayTryAgain, toStoreError } from './postgres-codes.js';
import { runGroup } from './run-group.js';
import { commitFacts } from './write-facts.js';

/** Calls that one transaction takes at most: bounds how long the first of them waits for the last. */
const MAX_GROUP = 512;
/** How often a group is begun anew that ran into another node's, or whose connection had gone stale. */
const MAX_TRIES = 4;

/** One group that was committed. */
export interface CommitFigures {
  /** Calls that it took along. */
  calls: number;
  /** From its first statement to the answer of the commit, in milliseconds. */
  ms: number;
}

export interface GroupCommit {
  /** Puts a call into the next group. Rejects with a RendercastError: then nothing was stored of it. */
  submit(call: Call): Promise<ReturnType<Answer>>;
  /** Commits what is waiting, and takes no more. */
  close(): Promise<void>;
}

export interface GroupCommitOptions {
  lane: Lane;
  /** For looking what became of a commit, while the lane goes on. */
  read: Sql;
  schema: string;
  clock: Clock;
  onCommit: (commit: CommitFigures) => void;
  /** Told of each group after its commit. */
  onDone: (group: Group) => void;
}

interface Waiting {
  call: Call;
  resolve(value: ReturnType<Answer>): void;
  reject(error: RendercastError): void;
}

/**
 * Commits calls in groups: one transaction for all that arrived while the one before was on its way, and no waiting
 * otherwise. Nobody is answered before the commit is. A group in which a statement fails is halved until the call at
 * fault stands alone, so that it takes no neighbour along. Nothing is kept in memory between groups.
 */
export function createGroupCommit(options: GroupCommitOptions): GroupCommit {
  const { lane, read, schema, clock, onCommit, onDone } = options;
  let waiting: Waiting[] = [];
  let working: Promise<void> | null = null;
  const unresolved = new Set<Promise<void>>();
  const closing = new AbortController();
  let closed = false;

  async function work(): Promise<void> {
    // After everything that this turn of the loop brings.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const group = waiting.slice(0, MAX_GROUP);
      waiting = waiting.slice(MAX_GROUP);
      await commit(group);
    }
    working = null;
  }

  async function commit(group: readonly Waiting[]): Promise<void> {
    const startedMs = clock.monotonic();
    try {
      settle(group, await attempt(group.map(({ call }) => call)));
      onCommit({ calls: group.length, ms: clock.monotonic() - startedMs });
    } catch (thrown) {
      if (thrown instanceof UnknownOutcome) {
        resolveAside(group, thrown);
        return;
      }
      if (group.length > 1 && (!isStorageFailure(thrown) || mayTryAgain(thrown)) && !isRefusal(thrown)) {
        const middle = Math.ceil(group.length / 2);
        await commit(group.slice(0, middle));
        await commit(group.slice(middle));
        return;
      }
      refuse(group, thrown);
    }
  }

  function settle(group: readonly Waiting[], done: Done): void {
    onDone(done.group);
    for (const [index, one] of group.entries()) one.resolve(done.answers[index]?.() ?? null);
  }

  function refuse(group: readonly Waiting[], thrown: unknown): void {
    const error = toStoreError(thrown);
    for (const one of group) one.reject(error);
  }

  /** The callers of this group wait until the database can say what became of it; all others go on, or are refused. */
  function resolveAside(group: readonly Waiting[], { xid, done, cause }: UnknownOutcome): void {
    const resolving = resolveOutcome(read, clock, { xid, group: done.group }, closing.signal)
      .then(
        (committed) => (committed ? settle(group, done) : refuse(group, cause)),
        (thrown: unknown) => refuse(group, thrown),
      )
      .finally(() => unresolved.delete(resolving));
    unresolved.add(resolving);
  }

  async function attempt(calls: readonly Call[]): Promise<Done> {
    for (let tries = 1; ; tries += 1) {
      const step: Step = { sent: false, xid: null, group: null, answers: [] };
      const sql = await lane.sql();
      try {
        return await transact(sql, calls, step);
      } catch (thrown) {
        const lost = isConnectionLoss(thrown);
        if (lost) lane.drop();
        else await sql.once('ROLLBACK').catch(() => lane.drop());
        if (lost && step.sent && step.xid !== null && step.group !== null && step.group.facts.length > 0) {
          const { group, answers, xid } = step;
          throw new UnknownOutcome(xid, { group, answers }, thrown);
        }
        // A connection may have gone stale while nobody used it: the first statement finds that out. And what made no facts
        // can be done twice without harm.
        const harmless = lost && tries === 1 && (step.xid === null || step.sent);
        if (tries >= MAX_TRIES || !(harmless || mayTryAgain(thrown))) throw thrown;
      }
    }
  }

  async function transact(sql: Sql, calls: readonly Call[], step: Step) {
    const [, [begun]] = await Promise.all([
      sql.once('BEGIN'),
      sql.all<{ xid: string }>('SELECT pg_current_xact_id()::text AS xid'),
    ]);
    step.xid = begun?.xid ?? null;
    const { group, answers } = await runGroup(sql, schema, calls);
    step.group = group;
    step.answers = answers;
    step.sent = true;
    await commitFacts(sql, group);
    return { group, answers };
  }

  return {
    submit(call) {
      if (closed) return Promise.reject(new RendercastError('shutting_down'));
      return new Promise((resolve, reject) => {
        waiting.push({ call, resolve, reject });
        working ??= work();
      });
    },
    async close() {
      closed = true;
      await working;
      closing.abort(new RendercastError('shutting_down'));
      await Promise.all(unresolved);
    },
  };
}

/** How far a transaction came. */
interface Step {
  xid: string | null;
  /** Whether the commit may have reached the server. */
  sent: boolean;
  group: Group | null;
  answers: Answer[];
}

/** What a group did. */
interface Done {
  group: Group;
  answers: Answer[];
}

/** The line broke while a commit was on its way. */
class UnknownOutcome extends Error {
  readonly xid: string;
  readonly done: Done;

  constructor(xid: string, done: Done, cause: unknown) {
    super('the outcome of a commit is not known', { cause });
    this.xid = xid;
    this.done = done;
  }
}

/** What was thrown before anything was asked of the database: the lane has no connection. */
function isRefusal(thrown: unknown): boolean {
  return thrown instanceof RendercastError && thrown.code !== 'internal';
}
