import type { ImageRequest, Json } from '@rendercast/protocol';
import { EngineError } from '../engine.js';
import type { ComfyOptions } from './options.js';
import type { PreparedInputs, UploadedInput } from './prepared-inputs.js';
import { readSampler } from './samplers.js';
import type { ServerFacts } from './server-facts.js';
import type { Graph } from './wire.js';

/** A graph that is ready to be sent, and what it was really made of. */
export interface ReadyGraph {
  graph: Graph;
  /** Nodes whose files are the outputs, in order; null: all. */
  outputs: readonly string[] | null;
  parameters: Record<string, Json>;
}

interface Order {
  request: ImageRequest;
  seed: number;
  prepared: PreparedInputs;
  facts: ServerFacts;
  options: ComfyOptions;
  /** Begin of the name under which the server stores what comes out. */
  prefix: string;
}

type Link = [node: string, output: number];

/**
 * The built-in template: text to image; image to image with an `init` input; inpainting with a `mask` beside it (white is
 * painted anew); and a ControlNet for each `control` input.
 *
 * @throws EngineError where the server has not what is asked for
 */
export function buildGraph(order: Order): ReadyGraph {
  const { request, seed, prepared, facts, options } = order;
  const model = request.model ?? options.checkpoint ?? facts.checkpoints[0];
  if (model === undefined) throw unsupported('The backend has no model.');
  if (!facts.checkpoints.includes(model)) throw unsupported('The backend does not have the model that was asked for.');
  const { sampler, scheduler } = readSampler(request.sampler, options, facts);
  const { steps = options.steps, guidance = options.guidance, count = 1 } = request;
  const init = prepared.inputs.find(({ role }) => role === 'init');
  const denoise = init === undefined ? 1 : (init.strength ?? options.strength);
  const graph: Graph = {
    4: node('CheckpointLoaderSimple', 'load model', { ckpt_name: model }),
    6: node('CLIPTextEncode', 'read prompt', { text: request.prompt, clip: ['4', 1] }),
    7: node('CLIPTextEncode', 'read negative prompt', { text: request.negativePrompt ?? '', clip: ['4', 1] }),
  };
  const latents = addLatents(graph, prepared, count, init);
  const [positive, negative] = addControls(graph, prepared.inputs, facts, options);
  graph[3] = node('KSampler', 'sampling', {
    ...{ model: ['4', 0], positive, negative, latent_image: latents },
    ...{ seed, steps, cfg: guidance, sampler_name: sampler, scheduler, denoise },
  });
  graph[8] = node('VAEDecode', 'decoding', { samples: ['3', 0], vae: ['4', 2] });
  graph[9] = node('SaveImage', 'saving', { images: ['8', 0], filename_prefix: order.prefix });
  const strength = init === undefined ? {} : { strength: denoise };
  return {
    graph,
    outputs: ['9'],
    parameters: { seed, steps, guidance, sampler, scheduler, model, ...strength },
  };
}

const node = (class_type: string, title: string, inputs: Record<string, unknown>) => ({
  class_type,
  inputs,
  _meta: { title },
});

function addLatents(graph: Graph, prepared: PreparedInputs, count: number, init: UploadedInput | undefined): Link {
  const { width, height, inputs } = prepared;
  const mask = inputs.find(({ role }) => role === 'mask');
  if (init === undefined) {
    if (mask !== undefined)
      throw new EngineError('invalid_field', 'request.inputs: a mask needs an init beside it.', { retryable: false });
    graph[5] = node('EmptyLatentImage', 'blank canvas', { width, height, batch_size: count });
    return ['5', 0];
  }
  graph[10] = node('LoadImage', 'load picture', { image: init.file });
  graph[11] = node('VAEEncode', 'encode picture', { pixels: ['10', 0], vae: ['4', 2] });
  let latents: Link = ['11', 0];
  if (mask !== undefined) {
    graph[12] = node('LoadImageMask', 'load mask', { image: mask.file, channel: 'red' });
    graph[13] = node('SetLatentNoiseMask', 'apply mask', { samples: latents, mask: ['12', 0] });
    latents = ['13', 0];
  }
  if (count > 1) {
    graph[14] = node('RepeatLatentBatch', 'repeat canvas', { samples: latents, amount: count });
    latents = ['14', 0];
  }
  return latents;
}

/** One ControlNet after the other, each over what the one before made of the conditions. */
function addControls(
  graph: Graph,
  inputs: readonly UploadedInput[],
  facts: ServerFacts,
  options: ComfyOptions,
): [Link, Link] {
  let positive: Link = ['6', 0];
  let negative: Link = ['7', 0];
  const controls = inputs.filter(({ role }) => role === 'control');
  for (const [index, input] of controls.entries()) {
    const own = (part: number) => String(20 + index * 4 + part);
    const { model, preprocessor, inputs: more } = controlOf(input.control, facts, options);
    graph[own(0)] = node('LoadImage', 'load control picture', { image: input.file });
    let image: Link = [own(0), 0];
    if (preprocessor !== undefined) {
      graph[own(1)] = node(preprocessor, 'read control picture', { ...more, image });
      image = [own(1), 0];
    }
    graph[own(2)] = node('ControlNetLoader', 'load guidance', { control_net_name: model });
    graph[own(3)] = node('ControlNetApplyAdvanced', 'apply guidance', {
      ...{ positive, negative, control_net: [own(2), 0], image, vae: ['4', 2] },
      ...{ strength: input.weight ?? 1, start_percent: input.startFraction ?? 0, end_percent: input.endFraction ?? 1 },
    });
    positive = [own(3), 0];
    negative = [own(3), 1];
  }
  return [positive, negative];
}

function controlOf(
  kind: string | undefined,
  { controlNets }: ServerFacts,
  { controls }: ComfyOptions,
): ComfyOptions['controls'][string] {
  const found = kind === undefined ? undefined : controls[kind];
  if (found !== undefined && controlNets.includes(found.model)) return found;
  if (found !== undefined) throw unsupported('The backend does not have the ControlNet for this kind of guidance.');
  if (kind !== undefined && controlNets.includes(kind)) return { model: kind, inputs: {} };
  const names = [...Object.keys(controls), ...controlNets].slice(0, 40);
  const have = names.length === 0 ? 'none is set up' : `there are ${names.join(', ')}`;
  throw unsupported(`The backend has no guidance of this kind; ${have}.`);
}

const unsupported = (message: string) => new EngineError('unsupported_request', message, { retryable: false });
