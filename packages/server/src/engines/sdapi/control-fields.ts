import type { Input, Json } from '@rendercast/protocol';
import { EngineError } from '../engine.js';
import type { SdapiOptions } from './options.js';
import type { ServerTraits } from './probe.js';

/** A control image with what is asked of it. */
export interface ControlInput {
  input: Input;
  /** Base64. */
  image: string;
}

type Controls = NonNullable<ServerTraits['controls']>;

/**
 * Control images in the form of the ControlNet extension. SD.Next takes fields of that kind and never reads them, so it counts as a
 * server without. @throws EngineError when the server takes none, or not this kind
 */
export function controlFields(
  inputs: readonly ControlInput[],
  { controls }: ServerTraits,
  options: SdapiOptions,
): Record<string, Json> {
  if (inputs.length === 0) return {};
  if (controls === null) {
    throw new EngineError('unsupported_request', 'The server takes no control images.', { retryable: false });
  }
  const units = inputs.map(({ input, image }) => {
    const { module, model } = wayOf(input.control ?? '', controls, options);
    const { weight = 1, startFraction: start = 0, endFraction: end = 1 } = input;
    return { enabled: true, image, module, model, weight, guidance_start: start, guidance_end: end };
  });
  return { alwayson_scripts: { ControlNet: { args: units } } };
}

/** How a kind is done: as configured, else by the first model and preprocessor that carry its name, or its first word. */
function wayOf(kind: string, controls: Controls, options: SdapiOptions): { module: string; model: string } {
  const configured = options.controls[kind];
  if (configured !== undefined) return configured;
  const wanted = kind.toLowerCase();
  const find = (names: readonly string[], part: string): string | undefined =>
    part === '' ? undefined : names.find((name) => name.toLowerCase().includes(part));
  // Preprocessors are called after what they make and how: `depth_midas`, `softedge_hed`.
  const model = find(controls.models, wanted) ?? find(controls.models, wanted.split(/[^a-z0-9]/)[0] ?? '');
  if (model === undefined) {
    throw new EngineError('invalid_field', 'The server has no model for this kind of control.', { retryable: false });
  }
  // Forge tells upper case from lower case here.
  const ready = find(controls.modules, 'none') ?? 'none';
  return { module: find(controls.modules, wanted) ?? ready, model };
}
