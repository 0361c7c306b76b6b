import * as z from 'zod';
import { MODELS } from './models.js';
import { OUTPUT_FORMATS } from './output-format.js';

/** Settings of a backend of this engine, as they stand in its entry of the configuration. */
export const optionsSchema = z.strictObject({
  apiKey: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'is not a key: it is empty or holds characters that no key has')
    .describe('Key of the API. Secret: never shown or logged; write `${ELEVENLABS_API_KEY}` and set it there.'),
  url: z
    .url({ protocol: /^https?$/, error: 'is no http or https address' })
    .default('https://api.elevenlabs.io')
    .describe('Address of the API: another region (`https://api.eu.residency.elevenlabs.io`), or a fake.'),
  model: z.enum(MODELS).default('music_v2').describe('Model of jobs that name none.'),
  outputFormat: z
    .enum(OUTPUT_FORMATS)
    .default('mp3_44100_128')
    .describe('Kind of MP3, or `auto`: the model chooses. The higher bit rates depend on the plan of the account.'),
  stream: z
    .boolean()
    .default(false)
    .describe(
      'Whether songs come over the streaming route: their progress is known sooner, but the service tells neither its plan nor what it made of the song.',
    ),
  answerTimeoutMs: z
    .int()
    .min(1_000)
    .max(3_600_000)
    .default(900_000)
    .describe('Longest wait for the first byte of a song, in milliseconds. A song of ten minutes takes minutes.'),
  silenceTimeoutMs: z
    .int()
    .min(100)
    .max(3_600_000)
    .default(120_000)
    .describe('Longest silence within the answer, in milliseconds.'),
});

export type Options = z.output<typeof optionsSchema>;
