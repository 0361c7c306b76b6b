import type { Graph } from '../wire.js';
import type { InputKind, NodeClass } from './node-classes.js';

/** How the server judges a graph before it takes it. */
export type Validation =
  | { ok: true; outputs: string[]; nodeErrors: Record<string, unknown> }
  | { ok: false; body: unknown };

interface Fault {
  type: string;
  message: string;
  details: string;
  extra_info: unknown;
}

export const isLink = (value: unknown): value is [string, number] =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === 'number';

/** Good outputs run even where others are bad: then the answer is 200 and names the bad ones. */
export function validateGraph(graph: Graph, classes: ReadonlyMap<string, NodeClass>): Validation {
  for (const [id, { class_type }] of Object.entries(graph)) {
    if (!classes.has(class_type)) {
      return refusal(
        'invalid_prompt',
        `Cannot execute because node ${class_type} does not exist.`,
        `Node ID '#${id}'`,
        {},
      );
    }
  }
  const outputs = Object.keys(graph).filter((id) => classes.get(graph[id]?.class_type ?? '')?.isOutput === true);
  if (outputs.length === 0) return refusal('prompt_no_outputs', 'Prompt has no outputs', '', {});
  const nodeErrors: Record<string, unknown> = {};
  const good = outputs.filter((output) => {
    const bad = reach(graph, output).flatMap((id) => {
      const faults = faultsOf(graph, id, classes);
      if (faults.length === 0) return [];
      nodeErrors[id] = { errors: faults, dependent_outputs: [output], class_type: graph[id]?.class_type };
      return faults;
    });
    return bad.length === 0;
  });
  if (good.length > 0) return { ok: true, outputs: good, nodeErrors };
  return refusal('prompt_outputs_failed_validation', 'Prompt outputs failed validation', '', nodeErrors);
}

function refusal(type: string, message: string, details: string, nodeErrors: unknown): Validation {
  return { ok: false, body: { error: { type, message, details, extra_info: {} }, node_errors: nodeErrors } };
}

/** A node and all that it hangs on, those first. */
export function reach(graph: Graph, from: string, seen = new Set<string>()): string[] {
  const node = graph[from];
  if (node === undefined || seen.has(from)) return [];
  seen.add(from);
  const before = Object.values(node.inputs).flatMap((value) => (isLink(value) ? reach(graph, value[0], seen) : []));
  return [...before, from];
}

function faultsOf(graph: Graph, id: string, classes: ReadonlyMap<string, NodeClass>): Fault[] {
  const node = graph[id];
  const known = node === undefined ? undefined : classes.get(node.class_type);
  if (node === undefined || known === undefined) return [];
  const faults: Fault[] = [];
  const add = (type: string, input: string, message: string) =>
    faults.push({ type, message, details: input, extra_info: { input_name: input, input_config: [] } });
  for (const [input, kind] of Object.entries({ ...known.required, ...known.optional })) {
    const value = node.inputs[input];
    if (value === undefined) {
      if (input in known.required) add('required_input_missing', input, 'Required input is missing');
    } else if (isLink(value)) {
      if (graph[value[0]] === undefined) add('exception_during_validation', input, `KeyError: '${value[0]}'`);
    } else {
      const type = faultOfValue(node.class_type, kind, value);
      if (type !== null) add(type, input, `${input}: '${JSON.stringify(value)}' at /srv/comfy/models`);
    }
  }
  return faults;
}

function faultOfValue(className: string, kind: InputKind, value: unknown): string | null {
  switch (kind.type) {
    case 'link':
      return 'bad_linked_input';
    case 'text':
      return typeof value === 'string' ? null : 'invalid_input_type';
    case 'number':
      if (typeof value !== 'number') return 'invalid_input_type';
      if (value < kind.min) return 'value_smaller_than_min';
      return value > kind.max ? 'value_bigger_than_max' : null;
    case 'choice':
      if (kind.list().includes(String(value))) return null;
      return className.startsWith('LoadImage') ? 'custom_validation_failed' : 'value_not_in_list';
  }
}
