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

/** Whether this server can be steered by control images. */
export function takesControls({ controls, controlUnits }: ServerTraits, options: SdapiOptions): boolean {
  return controls !== null || (controlUnits && Object.keys(options.controls).length > 0);
}

/** Control images in the form that the server takes. @throws EngineError when it takes none, or not this kind */
export function controlFields(
  inputs: readonly ControlInput[],
  traits: ServerTraits,
  options: SdapiOptions,
): Record<string, Json> {
  if (inputs.length === 0) return {};
  if (!takesControls(traits, options)) {
    throw new EngineError('unsupported_request', 'The server takes no control images.', { retryable: false });
  }
  const units = inputs.map(({ input, image }) => {
    const { module, model } = wayOf(input.control ?? '', traits, options);
    const { weight = 1, startFraction: start = 0, endFraction: end = 1 } = input;
    return traits.controlUnits
      ? { process: module, model, strength: weight, start, end, override: image }
      : { enabled: true, image, module, model, weight, guidance_start: start, guidance_end: end };
  });
  return traits.controlUnits ? { control_units: units } : { alwayson_scripts: { ControlNet: { args: units } } };
}

/** How a kind is done: as configured, else by the first model and preprocessor that carry its name. */
function wayOf(kind: string, { controls }: ServerTraits, options: SdapiOptions): { module: string; model: string } {
  const configured = options.controls[kind];
  if (configured !== undefined) return configured;
  const named = (name: string) => kind !== '' && name.toLowerCase().includes(kind.toLowerCase());
  const model = controls?.models.find(named);
  if (model === undefined) {
    throw new EngineError('invalid_field', 'The server has no model for this kind of control.', { retryable: false });
  }
  return { module: controls?.modules.find(named) ?? 'none', model };
}
