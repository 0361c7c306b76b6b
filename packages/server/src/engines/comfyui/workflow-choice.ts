import type { JobKind, MediaRequest } from '@rendercast/protocol';
import { EngineError } from '../engine.js';
import type { ServerFacts } from './server-facts.js';
import type { Workflow } from './workflow-files.js';

/**
 * The workflow of a request: `extra.workflow`, or the one that `model` names. Null: the built-in template.
 *
 * @throws EngineError for one that is not there, makes another kind, or cannot run at this server
 */
export function chooseWorkflow(
  workflows: ReadonlyMap<string, Workflow>,
  facts: Pick<ServerFacts, 'faults'>,
  kind: JobKind,
  request: MediaRequest,
): Workflow | null {
  const named = request.extra?.workflow;
  if (named !== undefined && typeof named !== 'string') {
    throw refuse('invalid_field', 'request.extra.workflow: is not a name');
  }
  const workflow = workflows.get(named ?? request.model ?? '');
  if (workflow === undefined) {
    if (named === undefined) return null;
    const names = [...workflows.keys()].join(', ') || 'none';
    throw refuse('unsupported_request', `The backend has no such workflow; there are: ${names}.`);
  }
  if (workflow.kind !== kind) {
    throw refuse('unsupported_request', `The workflow "${workflow.name}" makes no ${kind} jobs.`);
  }
  const fault = facts.faults.get(workflow.name);
  if (fault !== undefined) throw refuse('unsupported_request', fault);
  return workflow;
}

const refuse = (code: EngineError['code'], message: string) => new EngineError(code, message, { retryable: false });
