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
  alwayson_scripts: z.record(z.string(), z.looseObject({ args: z.array(z.unknown()).default([]) })).nullish(),
  override_settings: z.looseObject({ sd_model_checkpoint: z.string().optional() }).default({}),
});
export type FakeJob = z.output<typeof fakeJobSchema>;

/** One control image, as the ControlNet extension reads it. */
const unitSchema = z.looseObject({
  enabled: z.boolean().default(false),
  image: z.string(),
  module: z.string().default('none'),
  model: z.string(),
  weight: z.number().default(1),
  guidance_start: z.number().default(0),
  guidance_end: z.number().default(1),
});
export type FakeUnit = z.output<typeof unitSchema>;

export const FAKE_CONTROLS = {
  models: ['control_canny [d14c]', 'control_depth [400f]'],
  modules: ['none', 'canny', 'depth_midas'],
};

/** The control images that have an effect; the faults of all others are swallowed. */
export function unitsOf({ alwayson_scripts }: FakeJob): FakeUnit[] {
  const name = Object.keys(alwayson_scripts ?? {}).find((one) => one.toLowerCase() === 'controlnet') ?? '';
  const units = (alwayson_scripts?.[name]?.args ?? []).flatMap((one) => unitSchema.safeParse(one).data ?? []);
  return units.filter(
    ({ enabled, model, module, image }) =>
      enabled &&
      FAKE_CONTROLS.models.includes(model) &&
      FAKE_CONTROLS.modules.includes(module) &&
      Buffer.from(image, 'base64').length > 8,
  );
}

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
