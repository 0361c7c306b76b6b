import * as z from 'zod';

const isHttp = (text: string) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/** How a kind of control is done at one server. */
const controlSchema = z.strictObject({
  module: z.string().default('none').describe('Preprocessor of the control image; `none`: it is ready to use.'),
  model: z.string().describe('ControlNet model, as the server names it.'),
});

/** The settings of one server, as they stand in its entry of the list of backends. */
export const sdapiOptionsSchema = z.strictObject({
  url: z
    .string()
    .refine(isHttp, 'is not an http or https address')
    .describe('Address of the server, with its sub-path if it has one.'),
  user: z.string().optional().describe('User for HTTP Basic. Default: none is sent.'),
  password: z.string().default('').describe('Password for HTTP Basic; take it from the environment.'),
  model: z.string().optional().describe("Model of jobs that name none. Default: the server's own choice."),
  width: z.int().min(64).max(4_096).optional().describe("Width of pictures that name none. Default: the server's."),
  height: z.int().min(64).max(4_096).optional().describe("Height of pictures that name none. Default: the server's."),
  sampler: z.string().optional().describe("Sampler of jobs that name none. Default: the server's."),
  steps: z.int().min(1).max(500).default(20).describe('Steps of jobs that name none.'),
  refiner: z.string().optional().describe('Model of the refiner; without it no refiner is used (A1111 and Forge).'),
  controls: z
    .record(z.string(), controlSchema)
    .default({})
    .describe('How each kind of control is done; what is not here is looked for by its name.'),
  passOn: z
    .array(z.string())
    .default([])
    .describe('More fields of `extra` that jobs may set in the request, such as `alwayson_scripts`: trust your users.'),
  pollMs: z
    .int()
    .min(10)
    .default(1_000)
    .describe('Pace of asking how far it is, in milliseconds. Each ask costs the server a preview.'),
  answerMs: z.int().min(50).default(10_000).describe('Longest wait for an answer that is no generation, in ms.'),
  lostMs: z
    .int()
    .min(50)
    .default(60_000)
    .describe('After so long without any answer, or without a trace of the job at the server, it is lost, in ms.'),
  interruptMs: z.int().min(10).default(500).describe('Pace at which an interrupt is repeated until it took, in ms.'),
  marginMs: z
    .int()
    .min(0)
    .default(2_000)
    .describe('Where others use the server: work of ours that would end within this time is not interrupted, in ms.'),
  maxAnswerMiB: z.int().min(1).default(512).describe('Largest answer that is read, in MiB.'),
});

export type SdapiOptions = z.output<typeof sdapiOptionsSchema>;
