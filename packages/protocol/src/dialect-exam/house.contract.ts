import type {
  Dialect,
  Effect,
  FileUrl,
  Frame,
  LoggedFact,
  Session,
  SessionInit,
  SocketRoute,
  Target,
  View,
  ViewFrame,
} from '../dialect.js';
import { RendercastError, toRendercastError } from '../errors.js';
import type { LevelKind, Levels } from '../events.js';
import type { Job, Snapshot } from '../job.js';
import { formatPosition, parsePosition } from '../position.js';
import { currentLevels, isCurrent, withLevel } from '../reduce.js';
import type { History, Step } from './histories.contract.js';
import { createScriptedVerbs, type ScriptedVerbs } from './verbs.contract.js';

/** The epoch of every house of the exam. */
export const EXAM_EPOCH = 'exam';
/** The only token that is let in. */
export const EXAM_TOKEN = 'let-me-in';
/** Files have addresses that say what they are, so that a test can look for them. */
export const examFileUrl: FileUrl = {
  artifact: (artifactId, variant) => `/files/${artifactId}/${variant}`,
  preview: (jobId, tick) => `/previews/${jobId}/${tick}`,
  own: (path) => `${path}?signed`,
};

/** What one socket of the exam is given. */
export interface SocketSetting {
  dialect: Dialect;
  socket: SocketRoute;
  params?: Record<string, string>;
  query?: Record<string, string>;
  authenticated?: boolean;
}

interface Following {
  target: Target;
  view: View;
  levels: readonly LevelKind[];
}

/** A socket driven through a history: what it was sent, and whether and how it was closed. */
export interface DrivenSocket {
  readonly frames: readonly Frame[];
  readonly closed: { code: number; reason: string } | null;
  /** Every effect in the order it was asked for. */
  readonly effects: readonly Effect[];
  /** Number of subscriptions that stand. */
  readonly following: number;
  say(data: string | Uint8Array): Promise<void>;
  pass(ms: number): Promise<void>;
  drain(retryAfterMs: number): Promise<void>;
}

/** A house with one job in it, whose life goes on step by step as the exam says. */
export interface ScriptedHouse {
  readonly verbs: ScriptedVerbs;
  /** Lives on to this step (exclusive). */
  liveTo(step: number): Promise<void>;
  connect(setting: SocketSetting): Promise<DrivenSocket>;
}

/**
 * Runs a dialect's pure machines by the same rules as the gateway (effects in order, followed before frames,
 * facts and levels only as they are lawful), with the history instead of a store and its own count instead of time.
 */
export function createScriptedHouse(history: History): ScriptedHouse {
  let at = 0;
  let levels: Levels = {};
  const logged: LoggedFact[] = [];
  const listeners = new Set<(step: Step) => Promise<void>>();
  const present = (): Job | null => logged.at(-1)?.job ?? null;
  const verbs = createScriptedVerbs(() => snapshot());

  function snapshot(): Snapshot | null {
    const job = present();
    return job === null ? null : { job, levels, position: formatPosition({ epoch: EXAM_EPOCH, n: job.seq }) };
  }

  async function live(step: Step): Promise<void> {
    if ('fact' in step) {
      logged.push(step.fact);
      levels = currentLevels(levels, step.fact.job);
      verbs.changed();
    } else {
      const job = present();
      if (job === null || !isCurrent(step.level, job)) throw new Error('the history of the exam is not lawful');
      levels = withLevel(levels, step.level);
    }
    for (const listener of listeners) await listener(step);
  }

  function reaches(target: Target): boolean {
    if ('feed' in target) return true;
    const job = present();
    return target.job === history.jobId || (job !== null && target.job === job.clientId);
  }

  return {
    verbs,
    async liveTo(step) {
      for (; at < step; at += 1) {
        const next = history.steps[at];
        if (next !== undefined) await live(next);
        await verbs.settle();
      }
    },
    async connect(setting) {
      const init: SessionInit = {
        connectionId: 'connection-1',
        params: setting.params ?? {},
        query: setting.query ?? {},
        authenticated: setting.authenticated ?? true,
        heartbeatMs: 20_000,
        epoch: EXAM_EPOCH,
        fileUrl: examFileUrl,
        origin: 'http://localhost:8000',
        engine: 'auto',
      };
      const session = setting.socket.createSession(init);
      const socket = driveSocket(session, setting.dialect);
      listeners.add(socket.hear);
      await socket.open();
      return socket;
    },
  };

  function driveSocket(
    session: Session,
    dialect: Dialect,
  ): DrivenSocket & { hear: (step: Step) => Promise<void>; open(): Promise<void> } {
    const frames: Frame[] = [];
    const effects: Effect[] = [];
    const following = new Map<string, Following>();
    let closed = null as DrivenSocket['closed'];
    let nowMs = 1_000_000;
    let wakeAt: number | null = null;

    async function run(asked: readonly Effect[]): Promise<void> {
      for (const effect of asked) {
        effects.push(effect);
        if (closed !== null) throw new Error(`a closed session asked for "${effect.do}"`);
        if (effect.do === 'send') frames.push(effect.frame);
        else if (effect.do === 'wake') wakeAt = effect.atMs;
        else if (effect.do === 'unfollow') following.delete(effect.topic);
        else if (effect.do === 'narrow')
          continue; // the names are asked for with every frame here
        else if (effect.do === 'follow') await follow(effect);
        else if (effect.do === 'authenticate')
          await run(session.settled('authenticate', tokenOutcome(effect.token), nowMs));
        else if (effect.do === 'call') call(effect);
        else closed = { code: effect.code, reason: effect.reason };
      }
    }

    /** As in the gateway, a call does not hold up what comes after it; `liveTo` and `say` give it time to settle. */
    function call({ tag, verb }: Extract<Effect, { do: 'call' }>): void {
      const settle = async (outcome: Parameters<Session['settled']>[1]) => {
        if (closed === null) await run(session.settled(tag, outcome, nowMs));
      };
      verbs.track(
        verb(verbs, verbs.signal).then(
          (value) => settle({ ok: true, value }),
          (thrown: unknown) => settle({ ok: false, error: toRendercastError(thrown) }),
        ),
      );
    }

    async function follow({
      target,
      position,
      variant,
      levels: wanted,
    }: Extract<Effect, { do: 'follow' }>): Promise<void> {
      const topic = 'job' in target ? `job:${target.job}` : 'feed:';
      const view = dialect.createView({ topic, target, variant, fileUrl: examFileUrl, epoch: EXAM_EPOCH });
      const asked = position === null ? null : parsePosition(position);
      const reset =
        position === null ? null : asked === null ? 'malformed' : asked.epoch === EXAM_EPOCH ? null : 'epoch';
      const resumed = asked !== null && reset === null;
      const standing = reaches(target) && 'job' in target ? snapshot() : null;
      const from = resumed ? asked.n : headOf(target);
      await run(
        session.followed(
          {
            topic,
            target,
            snapshot: resumed ? null : standing,
            position: formatPosition({ epoch: EXAM_EPOCH, n: from }),
            reset,
          },
          nowMs,
        ),
      );
      if (closed !== null) return;
      const missed = logged.filter((entry) => ('job' in target ? entry.fact.seq : entry.cursor) > from);
      if (reaches(target)) {
        await pass(missed.flatMap((entry) => view.fact(entry)));
        await passNewest(view, wanted);
      }
      following.set(topic, { target, view, levels: wanted });
    }

    /** As in the gateway, whoever has caught up is given the newest levels: so the view has seen them, too. */
    async function passNewest(view: View, wanted: readonly LevelKind[]): Promise<void> {
      const current = Object.values(levels).filter((level) => wanted.includes(level.kind));
      for (const step of history.steps.slice(0, at)) {
        if ('level' in step && current.includes(step.level))
          await pass(view.level(history.jobId, step.level, step.preview, step.job));
      }
    }

    async function pass(viewFrames: readonly ViewFrame[]): Promise<void> {
      const wanted = viewFrames.filter((frame) => isNamed(session, frame) && (session.wants?.(frame) ?? true));
      if (closed !== null || wanted.length === 0) return;
      frames.push(...wanted.map(({ frame }) => frame));
      if (session.passed !== undefined) await run(session.passed(wanted, nowMs));
    }

    async function hear(step: Step): Promise<void> {
      const before = Array.from(following.values()); // what frames lead to may change it
      for (const { target, view, levels: wanted } of before) {
        if (closed !== null || !reaches(target)) continue;
        if ('fact' in step) await pass(view.fact(step.fact));
        else if (wanted.includes(step.level.kind))
          await pass(view.level(history.jobId, step.level, step.preview, step.job));
      }
    }

    return {
      frames,
      effects,
      get closed() {
        return closed;
      },
      get following() {
        return following.size;
      },
      hear,
      open: () => run(session.open(nowMs)),
      async say(data) {
        nowMs += 1;
        const asked = session.message(data, nowMs);
        if (closed !== null && asked.length > 0) throw new Error('a closed session answered a message');
        await run(asked);
        await verbs.settle();
      },
      async pass(ms) {
        nowMs += ms;
        if (wakeAt === null || wakeAt > nowMs || closed !== null) return;
        wakeAt = null;
        await run(session.tick(nowMs));
        await verbs.settle();
      },
      drain: (retryAfterMs) => run(session.drain(retryAfterMs, nowMs)),
    };
  }

  function headOf(target: Target): number {
    const last = logged.at(-1);
    return last === undefined ? 0 : 'job' in target ? last.fact.seq : last.cursor;
  }
}

function tokenOutcome(token: string) {
  return token === EXAM_TOKEN
    ? ({ ok: true, value: null } as const)
    : ({ ok: false, error: new RendercastError('unauthorized') } as const);
}

/** Whether a session is asked about a frame at all: those that name their jobs are found by the names of the frame. */
export function isNamed(session: Session, { only }: ViewFrame): boolean {
  const names = session.names?.() ?? null;
  return names === null || only === undefined || only.some((name) => names.has(name));
}
