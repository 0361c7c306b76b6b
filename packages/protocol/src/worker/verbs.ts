import type { Artifact, Json } from '../media.js';
import type {
  About,
  Heartbeat,
  HeartbeatAnswer,
  OutputAnswer,
  OutputQuery,
  ReportAnswer,
  Standing,
  Work,
  WorkEnd,
  WorkFailure,
  WorkReport,
} from './messages.js';

/** One held job, as its worker names it. */
export interface WorkRef {
  jobId: string;
  lease: string;
}

/** An output on its way in. */
export interface IncomingOutput extends Omit<OutputQuery, 'lease'> {
  mediaType: string;
  /** SHA-256 of the bytes, hexadecimal: others are refused. */
  digest: string;
  body: AsyncIterable<Uint8Array>;
}

/** An input of a held job, opened for reading. */
export interface OpenInput {
  artifact: Artifact;
  mediaType: string;
  sizeBytes: number;
  body: (range: { start: number; end: number } | null) => AsyncIterable<Uint8Array>;
}

/**
 * What a remote worker can ask of the house. A lease that was not given to this caller for this job is `not_found`; one
 * whose attempt is over is `superseded`, and nothing that is said under it changes anything. Every word renews the lease.
 */
export interface WorkerVerbs {
  /** Takes the next job that fits, waiting for one this long at most, in milliseconds. */
  claim(about: About, waitMs: number, signal: AbortSignal): Promise<Work | null>;
  /** Renews leases; with a wait it answers as soon as one of them should stop, else after the wait. */
  heartbeat(beat: Heartbeat, waitMs: number, signal: AbortSignal): Promise<HeartbeatAnswer>;
  /** Resolves as soon as the attempt stands otherwise than this. Nobody has spoken, so it renews nothing. */
  watch(ref: WorkRef, from: Standing, signal: AbortSignal): Promise<Standing>;
  report(ref: WorkRef, said: WorkReport): Promise<ReportAnswer>;
  /** Stores one output; resolves when its bytes are safe and its fact is in the log. */
  output(ref: WorkRef, output: IncomingOutput, signal: AbortSignal): Promise<OutputAnswer>;
  keepHandle(ref: WorkRef, handle: Record<string, Json> | null): Promise<ReportAnswer>;
  input(ref: WorkRef, artifactId: string): Promise<OpenInput>;
  /** Ends the job well; it needs an output. Said again, it answers the same. */
  succeed(ref: WorkRef): Promise<WorkEnd>;
  fail(ref: WorkRef, failure: WorkFailure): Promise<WorkEnd>;
  /** Gives the job back unfinished, at no cost to its tries; one that should stop ends `canceled`. */
  handBack(ref: WorkRef): Promise<WorkEnd>;
}
