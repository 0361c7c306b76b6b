import * as z from 'zod';

const ms = (usual: number, least: number) => z.int().min(least).max(3_600_000).default(usual);

/** Settings of one backend, beside those that every backend has. */
export const optionsSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .describe('Address of the server, with the path in front of its routes where a proxy adds one.'),
  headers: z
    .record(z.string(), z.string())
    .default({})
    .describe('Sent with every call, for a proxy that wants a key. Never logged.'),
  workflows: z
    .union([z.string(), z.record(z.string(), z.string())])
    .nullable()
    .default(null)
    .describe('A folder with mapping files (`NAME.map.json`), or the path of the mapping file of each name.'),
  checkpoint: z
    .string()
    .nullable()
    .default(null)
    .describe('Model of jobs that name none. Default: the first that the server lists.'),
  sampler: z.string().default('euler').describe('Sampler of jobs that name none.'),
  scheduler: z.string().default('normal').describe('Scheduler of jobs that name none.'),
  steps: z.int().min(1).max(500).default(20).describe('Steps of jobs that name none.'),
  guidance: z.number().min(0).max(50).default(7).describe('Guidance of jobs that name none.'),
  size: z.int().min(64).max(4096).default(512).describe('Width and height of jobs that name none, in pixels.'),
  strength: z
    .number()
    .min(0)
    .max(1)
    .default(0.6)
    .describe('How far a result may leave its input where a job does not say.'),
  controls: z
    .record(
      z.string(),
      z.strictObject({
        model: z.string().min(1).describe('File of the ControlNet as the server lists it.'),
        preprocessor: z
          .string()
          .min(1)
          .optional()
          .describe('Class of a node that makes the control picture out of the given one; absent: it is one already.'),
        inputs: z
          .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
          .default({})
          .describe('Further inputs of that node.'),
      }),
    )
    .default({})
    .describe(
      'Kinds of guidance by the name that requests use (`canny`, `depth`). Without an entry, a ControlNet by its file name.',
    ),
  metadata: z
    .enum(['stripped', 'kept'])
    .default('stripped')
    .describe('The server writes the whole workflow into its files; whether it stays there.'),
  previews: z
    .enum(['auto', 'latent2rgb', 'taesd', 'default', 'none'])
    .default('auto')
    .describe('How previews are made; older servers go by their own command line.'),
  pollMs: ms(1_000, 10).describe('How often queue and history are asked while a job runs.'),
  deafAfterMs: ms(15_000, 50).describe('Silence of a socket after which it is opened anew while the job runs.'),
  goneAfterMs: ms(60_000, 50).describe('How long a server may fail to answer in mid-job.'),
  unknownMs: ms(5_000, 50).describe('How long a prompt whose answer was lost is looked for before it is sent again.'),
  answerMs: ms(10_000, 50).describe('Longest wait for a small answer.'),
  fileMs: ms(120_000, 50).describe('Longest wait for a file to come or go.'),
});

export type ComfyOptions = z.output<typeof optionsSchema>;
