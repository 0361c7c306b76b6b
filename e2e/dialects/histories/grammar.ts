import { messageSchema as sessionSchema } from '@rendercast/protocol/dialects/artist-session/index';
import { recordSchema } from '@rendercast/protocol/dialects/image-task/index';
import { messageSchema as feedSchema } from '@rendercast/protocol/dialects/progress-feed/index';
import * as z from 'zod';
import type { JsonMessage } from '../../support/json-wire.js';
import type { ToldEnd } from './lives.js';

/** What a message says of a job, in whatever language. */
export interface Meaning {
  id: string;
  part: 'start' | 'begun' | 'waiting' | 'progress' | 'final' | 'end';
  /** How far the job is, 0 to 1; null: the message does not say. */
  fraction: number | null;
  /** Steps of the whole; null: the message does not say. */
  steps: number | null;
  prompt: string | null;
  end: Omit<ToldEnd, 'index'> | null;
}

/** How one language tells of jobs: what its messages mean, and which of them may follow which. */
export interface Grammar {
  /** Whether the message has all that it must have. */
  isWellFormed(message: JsonMessage): boolean;
  /** Whether a connection may begin so. */
  mayOpen(message: JsonMessage): boolean;
  /** Null: it is about no job. */
  read(message: JsonMessage): Meaning | null;
  /** From the first such message on the connection is known to stand. */
  provesStanding(message: JsonMessage): boolean;
  /** From the first such message on nothing comes that was not asked for. Null: there is none. */
  confirms: ((message: JsonMessage) => boolean) | null;
  /** Parts that the life of a further holder of an id may begin with. */
  opensLife: readonly Meaning['part'][];
  /** Starts are told. */
  tellsStart: boolean;
  /** Progress is told after the start only. */
  startFirst: boolean;
  /** A message at the final state comes right before the end. */
  finalFirst: boolean;
  /** A job may be said to wait once it had begun. */
  waitsAgain: boolean;
  /** A reader that names a job is told its end, however late it comes. */
  tellsLate: boolean;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);
const nothing = { fraction: null, steps: null, prompt: null, end: null };
const failed = (error: unknown) => ({ succeeded: false, error: text(error), outputs: null });
const listed = (value: unknown): number => (Array.isArray(value) ? value.length : 0);
const typed = (message: JsonMessage): string => text(message.type);

function wellFormed(schema: (type: never) => z.ZodType, message: JsonMessage): boolean {
  try {
    return schema(typed(message) as never).safeParse(message).success;
  } catch {
    return false; // there is no such type
  }
}

const statusSchema = z.object({ type: z.literal('status'), task_id: z.string(), message: z.string() });

export const TASK: Grammar = {
  isWellFormed: (message) =>
    typed(message) === 'progress'
      ? recordSchema.safeParse(message).success
      : typed(message) === 'status'
        ? statusSchema.safeParse(message).success
        : ['pong', 'keep-alive'].includes(typed(message)),
  mayOpen: (message) => ['progress', 'status'].includes(typed(message)),
  read(message) {
    if (typed(message) !== 'progress') return null;
    const fraction = number(message.percentage) / 100;
    const about = { ...nothing, id: text(message.task_id), fraction, steps: number(message.total_steps) };
    switch (message.status) {
      case 'pending':
        return { ...about, part: 'waiting' };
      case 'generating':
        return { ...about, part: 'progress' };
      case 'completed':
        return { ...about, part: 'end', end: { succeeded: true, error: null, outputs: null } };
      default:
        return { ...about, part: 'end', end: failed(message.error) };
    }
  },
  provesStanding: () => true,
  confirms: () => true,
  opensLife: ['waiting'],
  tellsStart: false,
  startFirst: false,
  finalFirst: false,
  waitsAgain: false,
  tellsLate: true,
};

export const SESSION: Grammar = {
  isWellFormed: (message) => wellFormed(sessionSchema, message),
  mayOpen: () => true,
  read(message) {
    const about = { ...nothing, id: text(message.session_id) };
    switch (typed(message)) {
      case 'generation_start':
        return { ...about, part: 'start', prompt: text(message.prompt) };
      case 'progress':
        return { ...about, part: 'begun' };
      case 'generation_progress': {
        const fraction = number(message.progress_percent) / 100;
        return { ...about, part: 'progress', fraction, steps: number(message.total_steps) };
      }
      case 'generation_complete': {
        const prompt = text((message.metadata as JsonMessage | undefined)?.prompt);
        const end = { succeeded: true, error: null, outputs: listed(message.image_paths) };
        return { ...about, part: 'end', prompt, end };
      }
      case 'generation_error':
        return { ...about, part: 'end', end: failed(message.error) };
      default:
        return null;
    }
  },
  provesStanding: (message) => message.session_id !== undefined,
  confirms: (message) => typed(message) === 'pong',
  opensLife: ['start', 'end'],
  tellsStart: true,
  startFirst: true,
  finalFirst: false,
  waitsAgain: false,
  tellsLate: true,
};

const dataOf = (message: JsonMessage): JsonMessage => (message.data ?? {}) as JsonMessage;

export const FEED: Grammar = {
  isWellFormed: (message) => wellFormed(feedSchema, message),
  mayOpen: (message) => typed(message) === 'connected',
  read(message) {
    const data = dataOf(message);
    const about = { ...nothing, id: text(data.job_id) };
    switch (typed(message)) {
      case 'generation_started':
        return { ...about, part: 'start', prompt: text((data.params as JsonMessage | undefined)?.prompt) };
      case 'progress_update': {
        const isFinal = data.status === 'completed' || data.status === 'failed';
        const part = isFinal ? 'final' : data.status === 'pending' ? 'waiting' : 'progress';
        return { ...about, part, fraction: number(data.progress), steps: (data.total_steps as number | null) ?? null };
      }
      case 'generation_complete': {
        if (data.status !== 'completed') return { ...about, part: 'end', end: failed(data.error_message) };
        return { ...about, part: 'end', end: { succeeded: true, error: null, outputs: listed(data.images) } };
      }
      default:
        return null;
    }
  },
  provesStanding: (message) => typed(message) === 'subscription_confirmed',
  confirms: (message) => typed(message) === 'subscription_confirmed',
  opensLife: ['start', 'waiting', 'final'],
  tellsStart: true,
  startFirst: false,
  finalFirst: true,
  waitsAgain: true,
  tellsLate: true,
};

const flatBase = { job_id: z.string(), timestamp: z.string() };
const flatSchema = z.discriminatedUnion('type', [
  z.object({
    ...flatBase,
    type: z.literal('progress'),
    progress: z.number().min(0).max(100),
    status: z.enum(['pending', 'running', 'completed']),
  }),
  z.object({ ...flatBase, type: z.literal('result'), image_url: z.string() }),
  z.object({ ...flatBase, type: z.literal('error'), message: z.string() }),
]);

export const FLAT: Grammar = {
  isWellFormed: (message) =>
    typed(message) === 'connected' ? FEED.isWellFormed(message) : flatSchema.safeParse(message).success,
  mayOpen: FEED.mayOpen,
  read(message) {
    const about = { ...nothing, id: text(message.job_id) };
    switch (typed(message)) {
      case 'progress': {
        const fraction = number(message.progress) / 100;
        if (fraction < 1) return { ...about, part: 'progress', fraction };
        return { ...about, part: 'end', fraction, end: { succeeded: true, error: null, outputs: null } };
      }
      case 'result':
        return { ...about, part: 'final', fraction: null };
      case 'error':
        return { ...about, part: 'end', end: failed(message.message) };
      default:
        return null;
    }
  },
  provesStanding: (message) => typed(message) !== 'connected',
  confirms: null,
  opensLife: ['progress', 'end'],
  tellsStart: false,
  startFirst: false,
  finalFirst: false,
  waitsAgain: true,
  tellsLate: false,
};
