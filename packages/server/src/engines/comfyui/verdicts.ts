import { EngineError } from '../engine.js';
import { CallError } from './http-call.js';
import { AnswerError } from './server-api.js';
import type { ExecutionError, NodeErrors, Refusal } from './wire.js';

/** Names of the server's own that may be shown: anything longer or stranger could be a path or a picture. */
const shown = (name: string | null | undefined): string =>
  name !== null && name !== undefined && /^[\w .:+-]{1,64}$/.test(name) ? `"${name}"` : 'of it';

/** Inputs that name a file of the server. */
const MODEL_INPUT = /(?:ckpt|model|lora|vae|unet|clip|control_net|embedding|upscale).*name|^model_name$/;
const OUT_OF_MEMORY =
  /out of memory|outofmemory|allocation on device|not enough (?:gpu )?memory|can't allocate memory|std::bad_alloc/i;
/** Faults of the device, not of the work: another try may be lucky. */
const DEVICE_FAULT = /cuda error|cublas|cudnn|hip error|device-side|connection (?:reset|aborted)/i;

/** What a call without a useful answer means for a job. */
export function unavailable(cause: unknown): EngineError {
  if (cause instanceof AnswerError) {
    const { status, retryAfterMs } = cause;
    const again = retryAfterMs === undefined ? {} : { retryAfterMs };
    if (status === 401 || status === 403) {
      return new EngineError('engine_unavailable', 'The backend refuses the key it was given.', {
        retryable: true,
        cause,
      });
    }
    if (status === 413) return refuse('too_large', 'The backend takes no input of this size.', cause);
    const words = status === 404 ? 'What answers there is not this kind of backend.' : `It answered with ${status}.`;
    return new EngineError('engine_unavailable', words, { retryable: true, cause, ...again });
  }
  const words = cause instanceof CallError ? 'The backend does not answer.' : 'The backend cannot be used.';
  return new EngineError('engine_unavailable', words, { retryable: true, cause });
}

/** Why a prompt was not taken, from the server's answer. Not one of these gets better by trying again. */
export function verdictOfRefusal({ error, node_errors }: Refusal): EngineError {
  const first = firstOf(node_errors ?? {});
  if (first !== null) return verdictOfNode(first);
  switch (error.type) {
    case 'invalid_prompt':
    case 'missing_node_type':
      return refuse('unsupported_request', 'The workflow needs a node that is not installed at the backend.', error);
    case 'prompt_no_outputs':
      return refuse('engine_failed', 'The workflow hands in nothing: it has no output node.', error);
    default:
      return refuse('engine_failed', `The backend refused the workflow (${shown(error.type)}).`, error);
  }
}

/** Nodes that were left out although the rest runs: half of what was asked for is no success. */
export function verdictOfPartial(nodeErrors: NodeErrors): EngineError | null {
  const first = firstOf(nodeErrors);
  return first === null ? null : verdictOfNode(first);
}

interface NodeFault {
  type: string;
  input: string | undefined;
  node: string | undefined;
}

function firstOf(nodeErrors: NodeErrors): NodeFault | null {
  for (const { errors, class_type } of Object.values(nodeErrors)) {
    const [error] = errors;
    if (error !== undefined) return { type: error.type, input: error.extra_info?.input_name, node: class_type };
  }
  return null;
}

function verdictOfNode({ type, input, node }: NodeFault): EngineError {
  const where = `the input ${shown(input)} of the node ${shown(node)}`;
  switch (type) {
    case 'value_not_in_list':
      return input !== undefined && MODEL_INPUT.test(input)
        ? refuse('unsupported_request', `The backend does not have the model that was asked for: ${where}.`)
        : refuse('invalid_field', `The backend does not know this choice: ${where}.`);
    case 'value_smaller_than_min':
      return refuse('invalid_field', `The value is too small: ${where}.`);
    case 'value_bigger_than_max':
      return refuse('invalid_field', `The value is too large: ${where}.`);
    case 'custom_validation_failed':
      return refuse('invalid_field', `The node ${shown(node)} does not take what it was given.`);
    default:
      return refuse('engine_failed', `The workflow does not fit the backend (${shown(type)}): ${where}.`);
  }
}

/** Why a prompt failed while it ran. Words of the node itself go to the log only: they may name paths. */
export function verdictOfExecution(error: ExecutionError): EngineError {
  const kind = error.exception_type;
  const told = `${kind} ${error.exception_message.slice(0, 2_000)}`;
  const node = shown(error.node_type);
  if (/OutOfMemory/i.test(kind) || OUT_OF_MEMORY.test(told)) {
    return refuse('out_of_memory', `The backend ran out of memory in the node ${node}.`, error);
  }
  if (DEVICE_FAULT.test(told)) {
    return new EngineError('engine_failed', `The device of the backend failed in the node ${node}.`, {
      retryable: true,
      cause: error,
    });
  }
  const short = kind.split('.').at(-1);
  return refuse('engine_failed', `The node ${node} failed (${shown(short)}).`, error);
}

const refuse = (code: EngineError['code'], message: string, cause?: unknown): EngineError =>
  new EngineError(code, message, { retryable: false, cause });

/** The work was lost: the server knows it no more, and nothing came of it that could be fetched. */
export const lost = (): EngineError =>
  new EngineError('engine_failed', 'The backend lost the work: it was restarted, or its history was cleared.', {
    retryable: true,
  });

/** Somebody else stopped it at the server. On a shared server that may well have been an accident. */
export const stoppedByOthers = (shared: boolean): EngineError =>
  new EngineError('engine_failed', 'The work was stopped at the backend by somebody else.', { retryable: shared });
