import type { ImageRequest, Json, MediaRequest, MusicRequest } from '@rendercast/protocol';
import { EngineError } from '../engine.js';
import type { ReadyGraph } from './built-in-graph.js';
import type { ComfyOptions } from './options.js';
import type { PreparedInputs } from './prepared-inputs.js';
import { readSampler } from './samplers.js';
import type { ServerFacts } from './server-facts.js';
import type { Graph } from './wire.js';
import type { BoundName, Workflow } from './workflow-files.js';

interface BoundOrder {
  workflow: Workflow;
  request: MediaRequest;
  seed: number;
  /** Null for songs. */
  prepared: PreparedInputs | null;
  facts: ServerFacts;
  options: ComfyOptions;
  prefix: string;
}

type Value = string | number | boolean;

/**
 * A workflow with the values of a request in the places that its mapping binds. What the request does not say stays as the
 * workflow has it; what the workflow does not bind is not among the parameters, for it was not used.
 *
 * @throws EngineError `unsupported_request` for an input picture that the workflow has no place for
 */
export function bindGraph(order: BoundOrder): ReadyGraph {
  const { workflow, request, seed } = order;
  const graph: Graph = structuredClone(workflow.graph);
  const parameters: Record<string, Json> = { workflow: workflow.name };
  const put = (targets: readonly string[] | undefined, name: string, value: Value | undefined, isTold = true) => {
    if (targets === undefined || value === undefined) return;
    for (const target of targets) {
      const [node = '', input = ''] = target.split('.');
      const inputs = graph[node]?.inputs;
      if (inputs !== undefined) inputs[input] = value;
    }
    if (isTold) parameters[name] = value;
  };
  const values = { ...commonValues(order), ...pictureValues(order), ...songValues(request) };
  for (const [name, value] of Object.entries(values)) {
    const isTold = name !== 'prompt' && name !== 'negative' && name !== 'lyrics';
    put(workflow.inputs[name as BoundName], name, value, isTold);
  }
  put(workflow.inputs.filename, 'filename', order.prefix, false);
  for (const input of order.prepared?.inputs ?? []) {
    const targets = workflow.inputs[input.role];
    if (targets === undefined) {
      throw new EngineError('unsupported_request', `The workflow takes no input of the role "${input.role}".`, {
        retryable: false,
      });
    }
    put(targets, input.role, input.file, false);
  }
  for (const [name, targets] of Object.entries(workflow.extra)) {
    const value = request.extra?.[name];
    if (typeof value === 'object' && value !== null) {
      throw new EngineError('invalid_field', `request.extra.${name}: is not a plain value`, { retryable: false });
    }
    put(targets, name, value ?? undefined);
  }
  if (workflow.inputs.seed === undefined) delete parameters.seed;
  else parameters.seed = seed;
  return { graph, outputs: workflow.outputs ?? null, parameters };
}

function commonValues({ request, seed, workflow }: BoundOrder): Partial<Record<BoundName, Value>> {
  const model = request.model === workflow.name ? undefined : request.model;
  return { seed, ...given('prompt', request.prompt), ...given('model', model) };
}

function pictureValues({ request, prepared, facts, options, workflow }: BoundOrder): Partial<Record<BoundName, Value>> {
  if (prepared === null) return {};
  const { negativePrompt, steps, guidance, count, width, height, sampler, inputs } = request as ImageRequest;
  const sized = (inputs?.length ?? 0) > 0 || width !== undefined || height !== undefined;
  const sampling = sampler === undefined ? null : readSampler(sampler, usualOf(workflow, options), facts);
  const strength = inputs?.find(({ role }) => role === 'init')?.strength;
  return {
    ...given('negative', negativePrompt),
    ...given('steps', steps),
    ...given('guidance', guidance),
    ...given('count', count),
    ...given('strength', strength),
    ...(sized ? { width: prepared.width, height: prepared.height } : {}),
    ...sampling,
  };
}

/** The schedule that the workflow has stays where only a sampler is named. */
function usualOf({ graph, inputs }: Workflow, options: ComfyOptions): { sampler: string; scheduler: string } {
  const [node = '', input = ''] = inputs.scheduler?.[0]?.split('.') ?? [];
  const own = graph[node]?.inputs[input];
  return { sampler: options.sampler, scheduler: typeof own === 'string' ? own : options.scheduler };
}

function songValues(request: MediaRequest): Partial<Record<BoundName, Value>> {
  const { plan, lengthMs } = request as MusicRequest;
  const plannedMs = plan?.sections.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const wholeMs = plannedMs ?? lengthMs;
  const lines = plan?.sections.flatMap((section) => section.lines) ?? [];
  return {
    ...given('seconds', wholeMs === undefined ? undefined : wholeMs / 1_000),
    ...given('lyrics', lines.length === 0 ? undefined : lines.join('\n')),
  };
}

const given = (name: BoundName, value: Value | undefined): Partial<Record<BoundName, Value>> =>
  value === undefined ? {} : { [name]: value };
