import type { Clock } from '../../clock.js';
import type { ServerApi } from './server-api.js';
import type { ClassInfo } from './wire.js';
import type { Workflow } from './workflow-files.js';

/** What is known of a server: asked at times, not for each job. */
export interface ServerFacts {
  version: string | null;
  /** Whether an interrupt that names a prompt stops that one only. Older servers stop whatever runs. */
  interruptsByName: boolean;
  checkpoints: readonly string[];
  samplers: readonly string[];
  schedulers: readonly string[];
  controlNets: readonly string[];
  /** Words about each workflow that cannot run here. */
  faults: ReadonlyMap<string, string>;
}

export interface FactsKeeper {
  /** The facts, asked anew when they are old. Throws what the calls throw. */
  get(signal?: AbortSignal): Promise<ServerFacts>;
  /** What is known without asking. */
  known(): ServerFacts | null;
  /** The server may be another one now. */
  forget(): void;
}

/** Models are added to a server while it runs; a minute is soon enough to see them. */
const FRESH_MS = 60_000;
/** The first release on which it was seen that an interrupt keeps to the prompt it names. */
const NAMED_INTERRUPT_SINCE = [0, 3, 64] as const;

export function createFactsKeeper(api: ServerApi, workflows: ReadonlyMap<string, Workflow>, clock: Clock): FactsKeeper {
  let facts: ServerFacts | null = null;
  let askedMs = 0;
  let asking: Promise<ServerFacts> | null = null;
  async function ask(): Promise<ServerFacts> {
    facts = await askFacts(api, workflows);
    askedMs = clock.monotonic();
    return facts;
  }
  return {
    async get(signal) {
      if (facts !== null && clock.monotonic() - askedMs < FRESH_MS) return facts;
      asking ??= ask().finally(() => {
        asking = null;
      });
      const answer = await asking;
      signal?.throwIfAborted();
      return answer;
    },
    known: () => facts,
    forget() {
      facts = null;
    },
  };
}

async function askFacts(api: ServerApi, workflows: ReadonlyMap<string, Workflow>): Promise<ServerFacts> {
  const version = await api.version();
  const classes = new Map<string, ClassInfo | null>();
  const wanted = new Set(['CheckpointLoaderSimple', 'KSampler', 'ControlNetLoader']);
  for (const { graph } of workflows.values()) for (const node of Object.values(graph)) wanted.add(node.class_type);
  for (const name of wanted) classes.set(name, await api.classInfo(name));
  const choices = (name: string, input: string) => choicesOf(classes.get(name) ?? null, input);
  const faults = new Map<string, string>();
  for (const workflow of workflows.values()) {
    const fault = faultOf(workflow, classes);
    if (fault !== null) faults.set(workflow.name, fault);
  }
  return {
    version,
    interruptsByName: isSince(version, NAMED_INTERRUPT_SINCE),
    checkpoints: choices('CheckpointLoaderSimple', 'ckpt_name'),
    samplers: choices('KSampler', 'sampler_name'),
    schedulers: choices('KSampler', 'scheduler'),
    controlNets: choices('ControlNetLoader', 'control_net_name'),
    faults,
  };
}

/** The choices of an input: `[[…], …]`, or `["COMBO", { options: […] }]` on newer servers. */
function choicesOf(info: ClassInfo | null, input: string): string[] {
  const declared = info?.input.required?.[input] ?? info?.input.optional?.[input];
  const [type, more] = declared ?? [];
  const listed = Array.isArray(type) ? type : (more as { options?: unknown } | undefined)?.options;
  return Array.isArray(listed) ? listed.filter((choice) => typeof choice === 'string') : [];
}

function faultOf(
  { name, graph, inputs, extra }: Workflow,
  classes: ReadonlyMap<string, ClassInfo | null>,
): string | null {
  for (const node of Object.values(graph)) {
    if ((classes.get(node.class_type) ?? null) === null) {
      return `The workflow "${name}" needs the node "${node.class_type}", which is not installed.`;
    }
  }
  for (const target of [...Object.values(inputs), ...Object.values(extra)].flatMap((targets) => targets ?? [])) {
    const [id = '', input = ''] = target.split('.');
    const node = graph[id];
    const info = node === undefined ? null : classes.get(node.class_type);
    const declared = { ...info?.input.required, ...info?.input.optional };
    if (node !== undefined && Object.keys(declared).length > 0 && !(input in declared)) {
      return `The workflow "${name}" binds the input "${input}", which the node "${node.class_type}" does not have here.`;
    }
  }
  return null;
}

function isSince(version: string | null, since: readonly [number, number, number]): boolean {
  const numbers = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version ?? '')?.slice(1);
  if (numbers === undefined) return false;
  for (const [index, least] of since.entries()) {
    const have = Number(numbers[index] ?? 0);
    if (have !== least) return have > least;
  }
  return true;
}
