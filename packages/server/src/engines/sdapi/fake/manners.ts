import * as z from 'zod';

/** What may go wrong with one request; each is used up by the next one. */
export const MISHAPS = [
  /** The work stops in the middle: 200 with half a picture and the interrupted flag set, as SD.Next does it. */
  'swallowed-memory',
  /** 500 that says that memory ran out, as A1111 and Forge do it. */
  'honest-memory',
  /** 500 in the middle; on SD.Next the progress stays where it was. */
  'error',
  /** 500 with a bare JSON string. */
  'type-error',
  /** The work is done, and 429 throws it away. */
  'rate-limit',
  /** Another model than the one asked for makes the picture. */
  'wrong-model',
  /** 200 with an empty list and empty info: no model is loaded. */
  'no-model',
  /** The connection is cut in the middle; the work goes on. */
  'cut',
  /** The work is done and never answered. */
  'deaf',
  /** The answer is no JSON. */
  'not-json',
  /** The picture in the answer is no picture. */
  'not-a-picture',
  /** Somebody at the page of the server presses its interrupt. */
  'foreign-interrupt',
  /** One picture less than was asked for. */
  'one-short',
] as const;
export type Mishap = (typeof MISHAPS)[number];

/** How the server behaves; set while it runs with `POST /fake/manners`. */
export const mannersSchema = z.object({
  stepMs: z.number().min(0).default(20),
  /** Encoding before and decoding after each pass. */
  partMs: z.number().min(0).default(10),
  /** Loading a model that is not loaded yet. */
  loadMs: z.number().min(0).default(20),
  /** What the next requests meet, in order. */
  next: z.array(z.enum(MISHAPS)).default([]),
  /** What takes a connection and never answers: nothing, the asking about progress, or everything. */
  deaf: z.enum(['none', 'progress', 'all']).default('none'),
  /** Answers to questions (not to generation) come so late. */
  slowMs: z.number().min(0).default(0),
  /** Pictures beside those that were asked for, as Forge appends them. */
  extraPictures: z.int().min(0).default(0),
  /** Requests for progress a minute before 429; 0: any number. */
  rateLimit: z.int().min(0).default(0),
  /** Without the web page there is no following of one task. */
  webPage: z.boolean().default(true),
  /** Whether an interrupt is told by 200 and an empty object, as SD.Next did before June 2026. */
  oldInterrupt: z.boolean().default(false),
  /** Interrupts that get lost on the way before one takes. */
  lostInterrupts: z.int().min(0).default(0),
});
export type Manners = z.output<typeof mannersSchema>;
