import * as z from 'zod';

/** What may go wrong with one song; each is used up by the next call that makes one. */
export const MISHAPS = [
  /** Taken on and paid for, and never answered: the line stays open. */
  'half-open',
  /** Paid for; the line is cut before the head of the answer. */
  'cut-before-head',
  /** The head comes, and no byte of the song. */
  'cut-before-sound',
  /** Half of the song comes. */
  'cut-in-sound',
  /** Half of the song comes, then nothing more, and the line stays open. */
  'stall',
  /** All of the song comes, but not the last boundary. */
  'no-last-boundary',
  /** 500 as the service writes it, after the work. */
  'error',
  /** 500 with a bare text, after the work. */
  'bare-error',
  /** 502 of a gateway, while the work goes on. */
  'bad-gateway',
  /** 200 with JSON only, with an empty body, and with a text that says it is MP3. */
  'no-sound',
  'empty',
  'not-mp3',
  /** Refused, nothing is paid. */
  'rate-limit',
  'concurrent-limit',
  'old-concurrent-limit',
  'system-busy',
  'unavailable',
  'bad-prompt',
  'harmful-prompt',
  'bad-plan',
  'bad-key',
  'old-quota',
  'no-credits',
  'free-plan',
  'forbidden',
  'song-not-found',
  'validator',
  'plain-words',
  'redirect',
] as const;
export type Mishap = (typeof MISHAPS)[number];

/** How the server behaves; set while it runs with `POST /fake/manners`. */
export const mannersSchema = z.object({
  /** Silence before the head of an answer: the time of the work, in milliseconds. */
  workMs: z.number().min(0).default(50),
  /** The song is written in such pieces, so far apart. */
  chunkBytes: z.int().min(1).default(8_192),
  chunkMs: z.number().min(0).default(5),
  /** How lines end in answers of several parts. */
  lineEnd: z.enum(['crlf', 'lf']).default('crlf'),
  /** Whether the answer says how long it is. */
  saysLength: z.boolean().default(false),
  /** Songs at once; more are refused. */
  concurrent: z.int().min(1).default(10),
  /** How long a song whose caller has gone still counts, in milliseconds. */
  lingerMs: z.number().min(0).default(0),
  /** `Retry-After` of refusals, in seconds; null: none is sent. */
  retryAfterS: z.number().nullable().default(null),
  /** What the next songs meet, in order. */
  next: z.array(z.enum(MISHAPS)).default([]),
  /** What only songs meet in whose order a word occurs, by word, in order. */
  only: z.record(z.string(), z.array(z.enum(MISHAPS))).default({}),
});
export type Manners = z.output<typeof mannersSchema>;
