import * as z from 'zod';

const ms = (usual: number) => z.int().min(0).max(600_000).default(usual);

/** A fault of the work itself, raised when a node of this class reaches this step. */
const faultSchema = z.strictObject({
  class: z.string().default('KSampler'),
  atStep: z.int().min(0).default(1),
  type: z.string().default('RuntimeError'),
  message: z.string().default('it went wrong at /srv/models/secret.safetensors'),
  times: z.int().min(1).default(1_000_000),
});

/** What happens to calls of one path. */
const callFaultSchema = z.strictObject({
  path: z.string(),
  /** `status`: answered so and nothing done · `lost`: done, but the line is cut · `slow`: done and answered late. */
  do: z.enum(['status', 'lost', 'slow']),
  status: z.int().min(200).max(599).default(500),
  ms: ms(1_000),
  times: z.int().min(1).default(1),
});

/** Manners of the fake. The defaults are those of a server that is well. */
export const mannersSchema = z.strictObject({
  version: z.string().default('0.3.64'),
  /** Servers before late summer 2025 ignore the prompt that an interrupt names. */
  interruptsByName: z.boolean().default(true),
  stepMs: ms(10),
  nodeMs: ms(1),
  /** The end is told before the history is written. */
  historyAfterMs: ms(20),
  /** `progress_state` beside `progress`, as newer servers send it. */
  progressState: z.boolean().default(true),
  previews: z.boolean().default(true),
  /** Pictures in the old form only, whatever was agreed on. */
  oldFrames: z.boolean().default(false),
  /** Takes the new connection out of the table when the old one of the same client closes. All known versions do. */
  forgetsNewSocket: z.boolean().default(true),
  /** How late the closing of a socket is noticed. */
  noticesCloseAfterMs: ms(0),
  /** Sockets are open, answer pings and are told nothing about jobs. */
  deaf: z.boolean().default(false),
  /** Cuts all sockets at this step of each job, once per job. */
  cutsSocketsAtStep: z.int().nullable().default(null),
  /** Tells each end twice. */
  endsTwice: z.boolean().default(false),
  /** Interrupts that are lost because they come before the job clears the flag. */
  losesInterrupts: z.int().min(0).default(0),
  /** An interrupt is noticed only so much later. */
  noticesInterruptAfterMs: ms(0),
  fault: faultSchema.nullable().default(null),
  calls: z.array(callFaultSchema).default([]),
});
export type Manners = z.output<typeof mannersSchema>;
