import * as z from 'zod';

/** What the fake reads of a request; like the real ones it passes over fields that it does not know. */
export const fakeJobSchema = z.looseObject({
  prompt: z.string().default(''),
  seed: z.number().default(-1),
  steps: z.int().default(20),
  width: z.int().default(64),
  height: z.int().default(64),
  batch_size: z.int().default(1),
  n_iter: z.int().default(1),
  sampler_name: z.string().default('Default'),
  enable_hr: z.boolean().default(false),
  hr_second_pass_steps: z.int().default(0),
  denoising_strength: z.number().optional(),
  init_images: z.array(z.string()).optional(),
  mask: z.string().nullish(),
  force_task_id: z.string().nullish(),
  override_settings: z.looseObject({ sd_model_checkpoint: z.string().optional() }).default({}),
});
export type FakeJob = z.output<typeof fakeJobSchema>;

export const FAKE_SAMPLERS = ['Default', 'Euler', 'Euler a', 'DPM++ 2M', 'DDIM', 'UniPC'];

export const FAKE_MODELS = [
  { title: 'house-v1.safetensors [aaaa111122]', model_name: 'house-v1', hash: 'aaaa111122' },
  { title: 'garden-v2.safetensors [bbbb333344]', model_name: 'garden-v2', hash: 'bbbb333344' },
].map((model) => ({
  ...model,
  sha256: model.hash.padEnd(64, '0'),
  filename: `/models/${model.model_name}.safetensors`,
  config: null,
}));
export type FakeModel = (typeof FAKE_MODELS)[number];

/** One climb of the step counter. */
export interface FakePass {
  title: 'Base' | 'Hires';
  steps: number;
}

/** The climbs that a request is made of. */
export function passesOf(job: FakeJob, isInit: boolean): FakePass[] {
  const strength = job.denoising_strength ?? 0.75;
  const steps = isInit ? Math.max(1, Math.round(job.steps * strength)) : job.steps;
  const hires: FakePass[] = job.enable_hr ? [{ title: 'Hires', steps: job.hr_second_pass_steps || steps }] : [];
  return Array.from({ length: job.n_iter }, (): FakePass[] => [{ title: 'Base', steps }, ...hires]).flat();
}
