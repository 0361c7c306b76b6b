import * as z from 'zod';
import { LIMITS } from '../limits.js';
import { jsonObjectSchema } from '../media.js';
import {
  aboutSchema,
  heartbeatSchema,
  leaseSchema,
  standingSchema,
  workEndSchema,
  workFailureSchema,
  workReportSchema,
  workSchema,
} from './messages.js';

/** The subprotocol of the workers' socket. */
export const WORKER_SUBPROTOCOL = 'rendercast.worker.v1';

/** Comes back in the answer, to tell answers apart. */
const ref = z.string().max(64).optional();
/** The held job that a word is about. */
const about = { ref, jobId: z.string().min(1).max(LIMITS.clientIdChars), lease: leaseSchema };

/** What a worker may say on its socket: the words that it can also say over HTTP, uploads apart. */
export const workerMessageSchema = z.discriminatedUnion('type', [
  z
    .object({
      type: z.literal('hello'),
      /** The key, where the socket was opened without one. */
      token: z.string().max(4096).optional(),
      about: aboutSchema,
      /** Jobs that it holds from an earlier socket. */
      leases: heartbeatSchema.shape.leases,
    })
    .meta({ id: 'WorkerHello' }),
  z
    .object({
      type: z.literal('claim'),
      ref,
      /** Longest wait for a job, in milliseconds. */
      waitMs: z.int().min(0).max(LIMITS.maxWaitMs).default(LIMITS.maxWaitMs),
    })
    .meta({ id: 'WorkerClaim' }),
  z.object({ type: z.literal('heartbeat'), ref, leases: heartbeatSchema.shape.leases }).meta({ id: 'WorkerHeartbeat' }),
  workReportSchema.extend({ type: z.literal('report'), ...about }).meta({ id: 'WorkerReport' }),
  z.object({ type: z.literal('handle'), ...about, handle: jsonObjectSchema.nullable() }).meta({ id: 'WorkerHandle' }),
  z.object({ type: z.literal('succeed'), ...about }).meta({ id: 'WorkerSucceed' }),
  workFailureSchema.extend({ type: z.literal('fail'), ...about }).meta({ id: 'WorkerFail' }),
  z.object({ type: z.literal('handBack'), ...about }).meta({ id: 'WorkerHandBack' }),
  z.object({ type: z.literal('ping'), ref }).meta({ id: 'WorkerPing' }),
]);
export type WorkerMessage = z.infer<typeof workerMessageSchema>;
/** A word about one held job. */
export type WorkerWord = Extract<WorkerMessage, { jobId: string }>;

const answers = z.string().nullable();
const jobs = z.array(z.object({ jobId: z.string(), standing: standingSchema }));

/** What the house says on the socket of a worker. `ref` is that of the word it answers, null where that had none. */
export const houseMessageSchema = z.discriminatedUnion('type', [
  z
    .object({
      type: z.literal('welcome'),
      protocol: z.literal(WORKER_SUBPROTOCOL),
      connectionId: z.string(),
      /** The server pings this often; a worker that hears nothing for twice as long is cut off. */
      heartbeatMs: z.int(),
      /** How long a lease holds after each word about its job, in milliseconds. */
      leaseMs: z.number(),
      /** How the jobs named in `hello` stand, in its order. */
      jobs,
    })
    .meta({ id: 'WorkerWelcome' }),
  z
    .object({
      type: z.literal('work'),
      ref: answers,
      /** Null: there was nothing to do within the wait. */
      work: workSchema.nullable(),
    })
    .meta({ id: 'WorkerWork' }),
  z.object({ type: z.literal('standings'), ref: answers, jobs, leaseMs: z.number() }).meta({ id: 'WorkerStandings' }),
  z
    .object({
      type: z.literal('standing'),
      /** Null also where nobody asked: the standing has changed. */
      ref: answers,
      jobId: z.string(),
      standing: standingSchema,
      /** Whether anybody watches previews now. */
      wantsPreview: z.boolean(),
    })
    .meta({ id: 'WorkerStanding' }),
  workEndSchema.extend({ type: z.literal('ended'), ref: answers, jobId: z.string() }).meta({ id: 'WorkerEnded' }),
  z
    .object({
      type: z.literal('error'),
      ref: answers,
      /** The job that the refused word was about; null: about none. */
      jobId: z.string().nullable(),
      error: z.object({
        code: z.string(),
        message: z.string(),
        retryable: z.boolean(),
        field: z.string().optional(),
        retryAfterMs: z.number().optional(),
      }),
    })
    .meta({ id: 'WorkerError' }),
  z.object({ type: z.literal('pong'), ref: answers }).meta({ id: 'WorkerPong' }),
  /** The server goes down; come back after this time. The socket closes with 1012 next, and the leases hold. */
  z.object({ type: z.literal('draining'), retryAfterMs: z.int() }).meta({ id: 'WorkerDraining' }),
]);
export type HouseMessage = z.infer<typeof houseMessageSchema>;
/** The message of one type. */
export type HouseMessageOf<T extends HouseMessage['type']> = Extract<HouseMessage, { type: T }>;
