/** What an input takes: a type, a number within bounds, text, or one of a list. */
export type InputKind =
  | { type: 'link'; of: string }
  | { type: 'number'; min: number; max: number; whole: boolean }
  | { type: 'text' }
  | { type: 'choice'; list: () => readonly string[] };

export interface NodeClass {
  required: Record<string, InputKind>;
  optional: Record<string, InputKind>;
  outputs: readonly string[];
  isOutput: boolean;
}

const link = (of: string): InputKind => ({ type: 'link', of });
const whole = (min: number, max: number): InputKind => ({ type: 'number', min, max, whole: true });
const part = (min: number, max: number): InputKind => ({ type: 'number', min, max, whole: false });
const text: InputKind = { type: 'text' };
const choice = (...list: string[]): InputKind => ({ type: 'choice', list: () => list });

function node(
  required: Record<string, InputKind>,
  outputs: readonly string[],
  rest: { isOutput?: boolean; optional?: Record<string, InputKind> } = {},
): NodeClass {
  return { required, outputs, isOutput: rest.isOutput ?? false, optional: rest.optional ?? {} };
}

const MAX_SEED = 2 ** 64 - 1;
const CHECKPOINTS = choice('rehearsal.safetensors', 'other.safetensors');
const SAMPLERS = choice('euler', 'euler_ancestral', 'dpmpp_2m', 'ddim');
const SCHEDULERS = choice('normal', 'karras', 'simple');

/** The classes that are installed: those of the built-in templates, and a few of packs. */
export function nodeClasses(uploads: () => readonly string[]): ReadonlyMap<string, NodeClass> {
  const upload: InputKind = { type: 'choice', list: uploads };
  return new Map(
    Object.entries({
      CheckpointLoaderSimple: node({ ckpt_name: CHECKPOINTS }, ['MODEL', 'CLIP', 'VAE']),
      CLIPTextEncode: node({ text, clip: link('CLIP') }, ['CONDITIONING']),
      EmptyLatentImage: node({ width: whole(16, 16384), height: whole(16, 16384), batch_size: whole(1, 4096) }, [
        'LATENT',
      ]),
      KSampler: node(
        {
          ...{ model: link('MODEL'), positive: link('CONDITIONING'), negative: link('CONDITIONING') },
          ...{ latent_image: link('LATENT'), seed: whole(0, MAX_SEED), steps: whole(1, 10_000), cfg: part(0, 100) },
          ...{ sampler_name: SAMPLERS, scheduler: SCHEDULERS, denoise: part(0, 1) },
        },
        ['LATENT'],
      ),
      VAEDecode: node({ samples: link('LATENT'), vae: link('VAE') }, ['IMAGE']),
      VAEEncode: node({ pixels: link('IMAGE'), vae: link('VAE') }, ['LATENT']),
      LoadImage: node({ image: upload }, ['IMAGE', 'MASK']),
      LoadImageMask: node({ image: upload, channel: choice('alpha', 'red', 'green', 'blue') }, ['MASK']),
      SetLatentNoiseMask: node({ samples: link('LATENT'), mask: link('MASK') }, ['LATENT']),
      RepeatLatentBatch: node({ samples: link('LATENT'), amount: whole(1, 64) }, ['LATENT']),
      ControlNetLoader: node({ control_net_name: choice('canny.safetensors', 'depth.safetensors') }, ['CONTROL_NET']),
      ControlNetApplyAdvanced: node(
        {
          ...{ positive: link('CONDITIONING'), negative: link('CONDITIONING'), control_net: link('CONTROL_NET') },
          ...{ image: link('IMAGE'), strength: part(0, 10), start_percent: part(0, 1), end_percent: part(0, 1) },
        },
        ['CONDITIONING', 'CONDITIONING'],
        { optional: { vae: link('VAE') } },
      ),
      Canny: node({ image: link('IMAGE'), low_threshold: part(0.01, 0.99), high_threshold: part(0.01, 0.99) }, [
        'IMAGE',
      ]),
      SaveImage: node({ images: link('IMAGE'), filename_prefix: text }, [], { isOutput: true }),
      PreviewImage: node({ images: link('IMAGE') }, [], { isOutput: true }),
      SaveImageWebsocket: node({ images: link('IMAGE') }, [], { isOutput: true }),
      RendercastSteps: node(
        {
          ...{ steps: whole(1, 10_000), step_ms: whole(0, 60_000), width: whole(16, 4096), height: whole(16, 4096) },
          ...{ seed: whole(0, MAX_SEED), fail: choice('none', 'error', 'out_of_memory') },
        },
        ['IMAGE'],
      ),
      RehearsalSaveWave: node({ seconds: part(0.1, 600), seed: whole(0, MAX_SEED), filename_prefix: text }, [], {
        isOutput: true,
      }),
    }),
  );
}

/** A class as `/object_info` tells it. */
export function describeClass(name: string, { required, optional, outputs, isOutput }: NodeClass): unknown {
  const told = (inputs: Record<string, InputKind>) =>
    Object.fromEntries(Object.entries(inputs).map(([input, kind]) => [input, describeInput(kind)]));
  return {
    name,
    input: { required: told(required), optional: told(optional) },
    output: outputs,
    output_node: isOutput,
  };
}

function describeInput(kind: InputKind): unknown[] {
  switch (kind.type) {
    case 'link':
      return [kind.of];
    case 'number':
      return [kind.whole ? 'INT' : 'FLOAT', { min: kind.min, max: kind.max }];
    case 'text':
      return ['STRING', { multiline: true }];
    case 'choice':
      return [kind.list()];
  }
}
