import type { ImageRequest, Input, Json } from '@rendercast/protocol';
import { EngineError } from '../engine.js';
import { type ControlInput, controlFields } from './control-fields.js';
import type { SdapiOptions } from './options.js';
import type { Pass } from './passes.js';
import type { ServerTraits } from './probe.js';
import type { Model } from './wire.js';

/** What is sent to a server for one job. */
export interface Composed {
  path: string;
  body: Record<string, Json>;
  passes: readonly Pass[];
  /** Pictures that must come back. */
  count: number;
  /** Control images among what is sent: each leaves its map behind the pictures, if it was heeded. */
  controls: number;
  /** The model that must have made them; null: whichever is loaded. */
  model: Model | null;
}

export interface ComposeParts {
  request: ImageRequest;
  seed: number;
  taskId: string;
  traits: ServerTraits;
  options: SdapiOptions;
  /** Bytes of an input. */
  read(artifactId: string): Promise<Uint8Array>;
}

/** Fields of `extra` that are passed on as they are: they shape the picture and touch nothing else of the server. */
const PASSED = [
  ...['subseed', 'subseed_strength', 'seed_resize_from_h', 'seed_resize_from_w', 'clip_skip', 'cfg_end', 'eta'],
  ...['scheduler', 's_churn', 's_tmin', 's_tmax', 's_noise', 's_min_uncond', 'tiling', 'restore_faces', 'styles'],
  ...['enable_hr', 'hr_scale', 'hr_upscaler', 'hr_second_pass_steps', 'hr_resize_x', 'hr_resize_y', 'hr_sampler_name'],
  ...['hr_scheduler', 'hr_prompt', 'hr_negative_prompt', 'hr_denoising_strength', 'denoising_strength', 'vae_type'],
  ...['refiner_start', 'refiner_prompt', 'refiner_negative', 'refiner_switch_at', 'resize_mode', 'mask_blur'],
  ...['inpainting_fill', 'inpaint_full_res', 'inpaint_full_res_padding', 'inpainting_mask_invert', 'image_cfg_scale'],
  ...['initial_noise_multiplier', 'distilled_cfg_scale', 'diffusers_guidance_rescale'],
];

/** Writes the request for one job. @throws EngineError for what this server cannot do */
export async function compose(parts: ComposeParts): Promise<Composed> {
  const { request, options, traits } = parts;
  const extra = request.extra ?? {};
  const passedOn = [...PASSED, ...options.passOn].filter((name) => Object.hasOwn(extra, name));
  const { width = options.width, height = options.height, sampler = options.sampler } = request;
  const { batchSize, iterations } = batchesOf(request);
  const steps = request.steps ?? options.steps;
  const model = modelOf(request.model ?? options.model, traits);
  const pictures = await picturesOf(parts);
  const body: Record<string, Json> = {
    ...Object.fromEntries(passedOn.map((name) => [name, extra[name] as Json])),
    prompt: request.prompt,
    negative_prompt: request.negativePrompt ?? '',
    seed: parts.seed,
    steps,
    batch_size: batchSize,
    n_iter: iterations,
    ...(request.guidance === undefined ? {} : { cfg_scale: request.guidance }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(sampler === undefined ? {} : { sampler_name: sampler }),
    ...(request.style === undefined ? {} : { styles: [request.style] }),
    ...pictures.fields,
    ...scriptsOf(extra.alwayson_scripts, passedOn, pictures.fields),
    ...refinerFields(request, steps, parts),
    ...(traits.tells === 'task' ? { force_task_id: parts.taskId } : {}),
    ...(model === null
      ? {}
      : { override_settings: { sd_model_checkpoint: model.title }, override_settings_restore_afterwards: true }),
    send_images: true,
    save_images: false,
  };
  return {
    path: pictures.isInit ? '/sdapi/v1/img2img' : '/sdapi/v1/txt2img',
    body,
    passes: passesOf(body, iterations, pictures.isInit, traits),
    count: batchSize * iterations,
    controls: pictures.controls,
    model,
  };
}

/** Images one after the other: what is in one batch lies in memory together. A job may say how it wants them. */
function batchesOf({ count = 1, extra = {} }: ImageRequest): { batchSize: number; iterations: number } {
  const { batch_size: size, n_iter: iterations } = extra;
  const said = typeof size === 'number' ? size : 1;
  const fits = Number.isInteger(said) && said >= 1 && count % said === 0;
  if (typeof iterations === 'number' && fits && said * iterations !== count) return { batchSize: 1, iterations: count };
  return fits ? { batchSize: said, iterations: count / said } : { batchSize: 1, iterations: count };
}

/** The model that goes by this name, title or hash. */
export const modelNamed = (wanted: string, models: readonly Model[]): Model | undefined =>
  models.find((model) => [model.model_name, model.title, model.hash].includes(wanted));

function modelOf(wanted: string | undefined, { models }: ServerTraits): Model | null {
  if (wanted === undefined) return null;
  const found = modelNamed(wanted, models);
  if (found !== undefined) return found;
  throw new EngineError('unsupported_request', 'The server does not have that model.', { retryable: false });
}

async function picturesOf({ request, read, traits, options }: ComposeParts): Promise<{
  isInit: boolean;
  controls: number;
  fields: Record<string, Json>;
}> {
  const inputs = request.inputs ?? [];
  const load = async ({ artifactId }: Input) => Buffer.from(await read(artifactId)).toString('base64');
  const init = inputs.filter(({ role }) => role === 'init');
  const mask = inputs.find(({ role }) => role === 'mask');
  const controls: ControlInput[] = [];
  for (const input of inputs.filter(({ role }) => role === 'control')) {
    controls.push({ input, image: await load(input) });
  }
  const strength = init.find((input) => input.strength !== undefined)?.strength;
  if (mask !== undefined && init.length === 0) {
    throw new EngineError('invalid_field', 'A mask needs a picture to start from.', { retryable: false });
  }
  const fields: Record<string, Json> = {
    ...(init.length === 0 ? {} : { init_images: await Promise.all(init.map(load)) }),
    ...(mask === undefined ? {} : { mask: await load(mask) }),
    ...(strength === undefined ? {} : { denoising_strength: strength }),
    ...controlFields(controls, traits, options),
  };
  return { isInit: init.length > 0, controls: controls.length, fields };
}

/** Scripts that a job may set beside ControlNet, where it may. */
function scriptsOf(
  given: Json | undefined,
  passedOn: readonly string[],
  fields: Record<string, Json>,
): Record<string, Json> {
  const { alwayson_scripts: ours } = fields;
  if (!passedOn.includes('alwayson_scripts') || !isObject(given) || !isObject(ours)) return {};
  return { alwayson_scripts: { ...given, ...ours } };
}

const isObject = (value: Json | undefined): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A1111 and Forge change the model within the same climb of steps; SD.Next has a pass of its own for it. */
function refinerFields(
  { refinerSteps = 0 }: ImageRequest,
  steps: number,
  { traits, options }: ComposeParts,
): Record<string, Json> {
  if (refinerSteps === 0) return {};
  if (traits.countsParts) return { refiner_steps: refinerSteps, refiner_start: 0.8, enable_hr: true };
  if (options.refiner === undefined) return {};
  const all = steps + refinerSteps;
  return { steps: all, refiner_checkpoint: options.refiner, refiner_switch_at: steps / all };
}

function passesOf(
  body: Record<string, Json>,
  iterations: number,
  isInit: boolean,
  { countsParts }: ServerTraits,
): Pass[] {
  const number = (name: string, other: number) => (typeof body[name] === 'number' ? body[name] : other);
  const asked = number('steps', 1);
  const strength = number('denoising_strength', countsParts ? 0.5 : 0.75);
  const steps = isInit ? Math.max(1, Math.round(asked * strength)) : asked;
  const refined = countsParts ? number('refiner_steps', 0) : 0;
  const passes: Pass[] = [{ stage: 'base', steps }];
  if (body.enable_hr === true && !isInit && refined === 0) {
    passes.push({ stage: 'hires', steps: number('hr_second_pass_steps', 0) || steps });
  }
  if (refined > 0) passes.push({ stage: 'refiner', steps: refined });
  return Array.from({ length: iterations }, () => passes).flat();
}
