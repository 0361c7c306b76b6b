import type * as z from 'zod';
import type { Filter, OpenArtifact, OpenGrowing, Role, Verbs } from './commands.js';
import type { RendercastError } from './errors.js';
import type { Fact, Level, LevelKind, Stamp } from './events.js';
import type { Job, Snapshot } from './job.js';
import type { Json } from './media.js';

/**
 * A dialect is one wire language: HTTP routes as data, a pure *view* per followed job or feed, and a pure
 * *session* per socket. It holds no sockets, timers or store; the gateway runs it and time is an input.
 */
export interface Dialect {
  name: string;
  /** HTTP routes. Two dialects on one route are an error at start. */
  routes: readonly Route[];
  /** Socket addresses. */
  sockets: readonly SocketRoute[];
  /** Turns facts and levels into frames, once for all sockets that follow the same thing in the same variant. */
  createView(context: ViewContext): View;
  /** Writes an error of the table the way this dialect's clients expect it over HTTP. */
  error(error: RendercastError, requestId: string): { status: number; body: unknown };
  /**
   * A preview's frame with a picture that `shrink` has made smaller, for a line that cannot carry more; null for another
   * frame. Absent: such readers get the pictures as they are.
   */
  lighter?(frame: Uint8Array, shrink: (picture: Uint8Array) => Promise<SmallPicture>): Promise<Uint8Array | null>;
  /** Fields that this dialect's clients expect in `GET /health`, beside the house's own. */
  health?(figures: HealthFigures): Record<string, Json>;
}

/** A picture that was made smaller. */
export interface SmallPicture {
  bytes: Uint8Array;
  mediaType: string;
  width: number;
  height: number;
}

/** What `GET /health` can tell. */
export interface HealthFigures {
  /** Open sockets of this dialect. */
  sockets: number;
  queued: number;
  running: number;
}

/** What a view may know of the house. All of it is the same for every reader. */
export interface ViewContext {
  /** What is followed, in a canonical form; equal topics share frames. */
  topic: string;
  target: Target;
  /** The variant that the followers asked for; opaque to the gateway, part of the group's identity. */
  variant: string;
  /** A path (signed where keys are configured) to a file of this server. */
  fileUrl: FileUrl;
  /** The store's epoch, for positions. */
  epoch: string;
}

/** Paths of files, signed where keys are configured. */
export interface FileUrl {
  artifact(artifactId: string, variant: 'file' | 'thumbnail'): string;
  preview(jobId: string, tick: number): string;
  /** An address of the dialect's own, at which one of its routes answers with a file. */
  own(path: string): string;
}

/**
 * What a subscription follows: one job (by either id, which need not exist yet), or all jobs that fit a filter. With
 * `heirs`, a client's own id is followed rather than the job: on to the next job that takes the id over.
 */
export type Target = { job: string; heirs?: true } | { feed: Filter };

/** A frame on its way out: text or bytes, encoded once and shared. */
export type Frame = string | Uint8Array;

/** A frame and what it is, so that a session may pass it on or not without decoding it. */
export interface ViewFrame {
  frame: Frame;
  jobId: string;
  /** For `fact` frames: where a reader stands after it (job position, or cursor on a feed). */
  position: string | null;
  /** `fact` frames wait for slow readers; `level` frames of one job and kind are merged to the newest. */
  of: 'fact' | LevelKind;
  /** The names of the job that it is about, for readers that name jobs: others are not even asked. Absent: for everyone. */
  only?: readonly string[];
  /** What the dialect's own sessions want to know of it in `wants` and `passed`; nobody else reads it. */
  about?: unknown;
}

/** A fact as it leaves the log: with its place in the order of all facts and the job after it. */
export interface LoggedFact {
  fact: Fact;
  /** Its place in the one order of all facts, for feed cursors. */
  cursor: number;
  job: Job;
}

/** The picture of a preview level; the level itself only describes it. */
export interface PreviewBytes {
  mediaType: string;
  bytes: Uint8Array;
}

/**
 * Facts and levels in, frames out. Pure: the same history gives the same frames. One view serves a whole group, so
 * any part of a history may pass through it, also again (a reader that catches up) and also not at all (while nobody
 * reads): what a frame needs to know of the job is in `LoggedFact.job`, not in what the view saw before.
 */
export interface View {
  fact(logged: LoggedFact): ViewFrame[];
  /** `job` is the job as it stood when the level came: the level is current for it. */
  level(jobId: string, level: Level, preview: PreviewBytes | null, job: Job): ViewFrame[];
}

/** Why a subscription starts over instead of going on from its position. */
export type ResetReason = 'epoch' | 'horizon' | 'ahead' | 'malformed';

/** What the gateway tells a session about a subscription it asked for. */
export interface Followed {
  topic: string;
  /** The very object that the session asked with: answers may come in another order than the questions. */
  target: Target;
  /** The job as it stands at `position`; null for feeds and for a job that does not exist yet. */
  snapshot: Snapshot | null;
  /** Where the stream that follows starts: facts after this come as frames. */
  position: string;
  /** Set when the position asked for could not be used. */
  reset: ResetReason | null;
}

/** What a session wants done. Carried out in order. */
export type Effect =
  | { do: 'send'; frame: Frame }
  | {
      do: 'follow';
      target: Target;
      /** Position or cursor to go on from; null: from now, with a snapshot. */
      position: string | null;
      variant: string;
      /** Which levels are wanted; previews cost bytes, so they are named. */
      levels: readonly LevelKind[];
    }
  | { do: 'unfollow'; topic: string }
  /** What `names` answers has changed. */
  | { do: 'narrow' }
  /** Runs a verb; the outcome comes back to `settled` under the same tag. */
  | { do: 'call'; tag: string; verb: (verbs: Verbs, signal: AbortSignal) => Promise<unknown> }
  /** Presents a token; the outcome comes back to `settled` as `authenticate`. */
  | { do: 'authenticate'; token: string }
  /** Asks for `tick` at this time (replaces the one asked for before; null: none). */
  | { do: 'wake'; atMs: number | null }
  | { do: 'close'; code: number; reason: string };

/** How a call ended. */
export type Outcome = { ok: true; value: unknown } | { ok: false; error: RendercastError };

/** One socket's state machine. Every method is pure apart from its own fields and returns what is to be done. */
export interface Session {
  open(nowMs: number): Effect[];
  message(data: string | Uint8Array, nowMs: number): Effect[];
  tick(nowMs: number): Effect[];
  /** A subscription stands; frames of its view follow after the effects returned here. */
  followed(followed: Followed, nowMs: number): Effect[];
  /** A subscription could not be made. */
  refused(target: Target, error: RendercastError, nowMs: number): Effect[];
  /** Whether this socket gets a frame of a view; absent: it gets all. */
  wants?(frame: ViewFrame): boolean;
  /**
   * Names of the only jobs whose frames it can want, for feeds that many sockets share and of which each hears a part; null or
   * absent: of any. It is read when something is followed, and after `narrow`. Frames that name no job are asked about all
   * the same.
   */
  names?(): ReadonlySet<string> | null;
  /** Told after frames of a view were passed on, for dialects that act on them (close after the end). */
  passed?(frames: readonly ViewFrame[], nowMs: number): Effect[];
  settled(tag: string, outcome: Outcome, nowMs: number): Effect[];
  /**
   * The house closes the socket for a reason of its own (a message that nests too deep, too many of them, a log that
   * cannot be read): last words. A `close` among them takes the place of the house's.
   */
  dismissed?(error: RendercastError, nowMs: number): Effect[];
  /** The server is going down: last words, and when to come back. */
  drain(retryAfterMs: number, nowMs: number): Effect[];
}

/** What a session knows when it starts. */
export interface SessionInit {
  connectionId: string;
  params: Record<string, string>;
  query: Record<string, string>;
  /** True when the caller has shown who it is (or needs not to); otherwise the dialect asks for a token. */
  authenticated: boolean;
  heartbeatMs: number;
  epoch: string;
  fileUrl: FileUrl;
  /** How this server is reached from outside (`https://media.example.org`), for absolute addresses. */
  origin: string;
  /** Name of the engine that jobs of this dialect run on, as configured; `auto` by default. */
  engine: string;
}

/** A socket address. */
export interface SocketRoute {
  /** Path with `:params`. */
  path: string;
  /** The subprotocol the socket must offer, if any. */
  subprotocol?: string;
  /** What a key must allow whose socket asks for anything (`call`). Default: `user`. */
  role?: Role;
  /** True: the socket may open without a key and authenticates by message. */
  lateAuthentication?: boolean;
  summary: string;
  createSession(init: SessionInit): Session;
  /** True: a key may stand in the address as `?token=`, for clients that can send no header. Kept out of logs. */
  queryToken?: boolean;
}

/** A documented answer. */
export interface Answer {
  description: string;
  /** The shape of a JSON answer. */
  schema?: z.ZodType;
  /** Default: JSON where there is a schema. */
  mediaType?: string;
  /** What its events carry, where the answer can also be a stream of Server-Sent Events. */
  eventStream?: string;
}

/** An HTTP route as data: what it takes, who may call it, what it answers, and the translation. */
export interface Route<P = unknown, Q = unknown, B = unknown> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with `:params`. */
  path: string;
  /** Permanent name: the OpenAPI operation id. */
  name: string;
  summary: string;
  role: Role | 'public';
  /** The answer may be long in coming: it counts among the open polls, and ends when the server goes down. */
  holds?: boolean;
  params?: z.ZodType<P>;
  query?: z.ZodType<Q>;
  /** A schema for JSON, or `file`: the body is passed on as a stream. */
  body?: z.ZodType<B> | 'file';
  /** Request headers that the route reads, with what they mean: documentation, not validation. */
  headers?: Readonly<Record<string, string>>;
  /** Documented answers, by status. */
  answers: Record<number, Answer>;
  /**
   * The address (as `FileUrl.own` was given it) whose signature opens this one. Absent: its own. For routes that answer
   * at a second address, which nobody signs.
   */
  signedAs?(params: P): string;
  handle(request: RouteRequest<P, Q, B>, verbs: Verbs): Promise<Reply>;
}

/** Lets a route's handler take its types from its schemas; in the list of routes they are forgotten. */
export function route<P = unknown, Q = unknown, B = unknown>(typed: Route<P, Q, B>): Route {
  return typed;
}

/** A parsed request. */
export interface RouteRequest<P, Q, B> {
  params: P;
  query: Q;
  body: B;
  /** Lower-case names. */
  headers: Readonly<Record<string, string | undefined>>;
  /** For `body: 'file'`. */
  file: AsyncIterable<Uint8Array> | null;
  requestId: string;
  fileUrl: FileUrl;
  /** Aborts when the caller has gone. */
  signal: AbortSignal;
  /** How this server is reached from outside, for absolute addresses. */
  origin: string;
  /** Name of the engine that jobs of this dialect run on, as configured; `auto` by default. */
  engine: string;
}

/** What a route answers. */
export type Reply =
  | { status: number; json: unknown; headers?: Record<string, string> }
  | { status: number; bytes: Uint8Array; headers: Record<string, string> }
  /**
   * A file with ranges and ETag, served by the gateway. Kept by caches for ever, unless another may stand at this address
   * later.
   */
  | { artifact: OpenArtifact; disposition: 'inline' | 'attachment'; replaceable?: true }
  /** A file that is still being made, served by the gateway as it grows: without length, ranges and ETag. */
  | { growing: OpenGrowing; disposition: 'inline' | 'attachment' }
  | { status: 204 }
  /** A stream of events: SSE, or with `waitMs` one long-poll answer. Encoded by the dialect's view. */
  | {
      events: Target;
      position: string | null;
      variant: string;
      levels: readonly LevelKind[];
      /** Long-poll: answer at once when there is something, else wait this long. */
      waitMs: number | null;
      /** Long-poll: the newest level the caller has; levels not newer are no news. Null: has none. */
      levelStamp: Stamp | null;
      encoding: StreamEncoding;
    };

/** How a dialect writes a stream of events over HTTP. */
export interface StreamEncoding {
  /** What a stream opens with: a snapshot, a reset, or nothing. */
  opening(followed: Followed): { event: string; data: string }[];
  /** Name of the SSE event that carries a frame. */
  eventName(frame: ViewFrame): string;
  /** The one answer of a long-poll. */
  page(page: { followed: Followed; frames: readonly ViewFrame[]; position: string; levelStamp: Stamp | null }): unknown;
}
