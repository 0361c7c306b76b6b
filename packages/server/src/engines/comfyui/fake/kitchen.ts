import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Graph } from '../wire.js';
import type { ClientTable } from './client-table.js';
import { drawPng, drawPreview, playWave } from './made-media.js';
import type { Manners } from './manners.js';
import { isLink, reach } from './validate-graph.js';

/** One prompt as the server keeps it. */
export interface Prompt {
  number: number;
  id: string;
  graph: Graph;
  extra: Record<string, unknown>;
  outputs: string[];
  /** Null: sent without one; then its progress goes to everybody. */
  clientId: string | null;
}

interface Files {
  [list: string]: { filename: string; subfolder: string; type: string }[];
}

/** How a prompt ended, for tests. */
export interface Ending {
  id: string;
  how: 'success' | 'error' | 'interrupted';
}

/** What runs prompts, one at a time. */
export interface Kitchen {
  running(): Prompt | null;
  /** Begins with the next prompt if nothing runs. */
  wake(): void;
  /** Raises the flag: whatever runs stops when it looks. */
  interrupt(): void;
  history: Map<string, unknown>;
  files: Map<string, Buffer>;
  endings: Ending[];
  /** Forgets what was made, so that everything is made anew. */
  forgetCache(): void;
  /** Everything in memory is gone, as after a crash. */
  crash(): void;
}

export interface KitchenParts {
  manners(): Manners;
  clients: ClientTable;
  pending: Prompt[];
  uploads: Map<string, { bytes: Buffer; width: number; height: number }>;
}

class Interrupted extends Error {}
class Crashed extends Error {}
class NodeFault extends Error {
  constructor(
    readonly node: string,
    readonly kind: string,
    message: string,
  ) {
    super(message);
  }
}

interface Shape {
  width: number;
  height: number;
  count: number;
}

export function createKitchen({ manners, clients, pending, uploads }: KitchenParts): Kitchen {
  const history = new Map<string, unknown>();
  const files = new Map<string, Buffer>();
  const endings: Ending[] = [];
  let cache = new Map<string, Files | null>();
  let running: Prompt | null = null;
  let interruptedAtMs: number | null = null;
  let life = 0;
  let made = 0;

  const remaining = () => pending.length + (running === null ? 0 : 1);
  const status = () => clients.send(null, 'status', { status: { exec_info: { queue_remaining: remaining() } } });

  function check(born: number): void {
    if (born !== life) throw new Crashed();
    if (interruptedAtMs !== null && Date.now() - interruptedAtMs >= manners().noticesInterruptAfterMs) {
      interruptedAtMs = null;
      throw new Interrupted();
    }
  }

  /** What a node is made of, all that it hangs on included. */
  function signature(graph: Graph, id: string): string {
    const node = graph[id];
    const inputs = Object.entries(node?.inputs ?? {})
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, value]) => [name, isLink(value) ? [signature(graph, value[0]), value[1]] : value]);
    return createHash('sha256')
      .update(JSON.stringify([node?.class_type, inputs]))
      .digest('hex');
  }

  function shapeOf(graph: Graph, id: string): Shape {
    const { class_type, inputs = {} } = graph[id] ?? {};
    const number = (name: string) => Number(inputs[name] ?? 1);
    if (class_type === 'EmptyLatentImage') {
      return { width: number('width'), height: number('height'), count: number('batch_size') };
    }
    if (class_type === 'RendercastSteps') return { width: number('width'), height: number('height'), count: 1 };
    if (class_type === 'LoadImage')
      return { ...(uploads.get(String(inputs.image)) ?? { width: 64, height: 64 }), count: 1 };
    const [through] = ['samples', 'latent_image', 'pixels', 'images', 'image']
      .map((name) => inputs[name])
      .filter(isLink);
    const shape = through === undefined ? { width: 64, height: 64, count: 1 } : shapeOf(graph, through[0]);
    return class_type === 'RepeatLatentBatch' ? { ...shape, count: shape.count * number('amount') } : shape;
  }

  async function perform(prompt: Prompt, born: number): Promise<Record<string, Files>> {
    const { graph, id: prompt_id } = prompt;
    const talk = (type: string, data: object) => {
      if (prompt.clientId !== null) clients.send(prompt.clientId, type, { ...data, prompt_id });
    };
    const order = [...new Set(prompt.outputs.flatMap((output) => reach(graph, output)))];
    const cached = order.filter((id) => cache.has(signature(graph, id)));
    talk('execution_start', { timestamp: Date.now() });
    talk('execution_cached', { nodes: cached, timestamp: Date.now() });
    const outputs: Record<string, Files> = {};
    const states: Record<string, unknown> = {};
    const tellState = (id: string, value: number, max: number, state: string) => {
      const more = { node_id: id, prompt_id, display_node_id: id, parent_node_id: null, real_node_id: id };
      states[id] = { value, max, state, ...more };
      if (manners().progressState) clients.send(prompt.clientId, 'progress_state', { prompt_id, nodes: states });
    };
    for (const id of order) {
      const sign = signature(graph, id);
      const before = cache.get(sign);
      if (before === undefined) {
        tellState(id, 0, 1, 'running');
        talk('executing', { node: id, display_node: id });
        check(born);
        const files = await cook(prompt, id, born, tellState);
        cache.set(sign, files);
        if (files !== null) outputs[id] = files;
        tellState(id, 1, 1, 'finished');
      } else if (before !== null) {
        outputs[id] = before;
      }
      const output = outputs[id];
      if (output !== undefined) talk('executed', { node: id, display_node: id, output });
    }
    return outputs;
  }

  type TellState = (id: string, value: number, max: number, state: string) => void;

  async function cook(prompt: Prompt, id: string, born: number, tellState: TellState): Promise<Files | null> {
    const { class_type, inputs } = prompt.graph[id] ?? { class_type: '', inputs: {} };
    const isSampler = class_type === 'KSampler' || class_type === 'RendercastSteps';
    if (isSampler) {
      const steps = Number(inputs.steps);
      for (let step = 1; step <= steps; step++) {
        await delay(class_type === 'RendercastSteps' ? Number(inputs.step_ms) : manners().stepMs);
        check(born);
        failIfTold(class_type, id, inputs, step);
        await tellStep(prompt, id, step, steps, tellState);
      }
      return null;
    }
    await delay(manners().nodeMs);
    failIfTold(class_type, id, inputs, 0);
    return await save(prompt, id, class_type);
  }

  function failIfTold(className: string, id: string, inputs: Record<string, unknown>, step: number): void {
    const { fault } = manners();
    if (fault !== null && fault.class === className && fault.atStep === step && fault.times-- > 0) {
      throw new NodeFault(id, fault.type, fault.message);
    }
    if (step !== 2 || inputs.fail === undefined || inputs.fail === 'none') return;
    if (inputs.fail === 'out_of_memory') throw new NodeFault(id, 'torch.OutOfMemoryError', 'Allocation on device');
    throw new NodeFault(id, 'RuntimeError', 'told to fail');
  }

  async function tellStep(
    prompt: Prompt,
    id: string,
    step: number,
    steps: number,
    tellState: TellState,
  ): Promise<void> {
    const { clientId, id: prompt_id } = prompt;
    if (manners().cutsSocketsAtStep === step) clients.cutAll();
    tellState(id, step, steps, 'running');
    if (manners().previews) {
      const bytes = await drawPreview(signature(prompt.graph, id), step / steps);
      clients.sendPicture(clientId, { mediaType: 'image/jpeg', bytes, promptId: prompt_id, nodeId: id });
    }
    clients.send(clientId, 'progress', { value: step, max: steps, prompt_id, node: id });
  }

  async function save(prompt: Prompt, id: string, className: string): Promise<Files | null> {
    const { graph } = prompt;
    const { inputs = {} } = graph[id] ?? {};
    const type = className === 'PreviewImage' ? 'temp' : 'output';
    const prefix = typeof inputs.filename_prefix === 'string' ? inputs.filename_prefix : 'ComfyUI_temp';
    const cut = prefix.lastIndexOf('/');
    const [subfolder, stem] = cut < 0 ? ['', prefix] : [prefix.slice(0, cut), prefix.slice(cut + 1)];
    const keep = (ending: string, bytes: Buffer) => {
      const filename = `${stem}_${String(++made).padStart(5, '0')}_.${ending}`;
      files.set(`${type}/${subfolder}/${filename}`, bytes);
      return { filename, subfolder, type };
    };
    if (className === 'RehearsalSaveWave') {
      return { audio: [keep('wav', playWave(Number(inputs.seed), Number(inputs.seconds)))] };
    }
    if (!['SaveImage', 'PreviewImage', 'SaveImageWebsocket'].includes(className)) return null;
    const source = isLink(inputs.images) ? inputs.images[0] : id;
    const { width, height, count } = shapeOf(graph, source);
    const words = signature(graph, source);
    const pictures = [];
    for (let index = 0; index < count; index++) pictures.push(await drawPng(`${words}.${index}`, width, height, graph));
    if (className !== 'SaveImageWebsocket') return { images: pictures.map((bytes) => keep('png', bytes)) };
    for (const bytes of pictures) {
      clients.sendPicture(prompt.clientId, { mediaType: 'image/png', bytes, promptId: prompt.id, nodeId: id });
    }
    return null;
  }

  async function runNext(): Promise<void> {
    const prompt = pending.sort((left, right) => left.number - right.number).shift();
    if (prompt === undefined) return;
    const born = life;
    running = prompt;
    status();
    interruptedAtMs = null;
    const messages: [string, unknown][] = [['execution_start', { prompt_id: prompt.id, timestamp: Date.now() }]];
    let outputs: Record<string, Files> = {};
    let how: Ending['how'] = 'success';
    const tell = (to: string | null, type: string, data: object) => {
      const told = { prompt_id: prompt.id, ...data, timestamp: Date.now() };
      messages.push([type, told]);
      for (let times = manners().endsTwice ? 2 : 1; times > 0; times--) clients.send(to, type, told);
    };
    try {
      outputs = await perform(prompt, born);
      if (prompt.clientId !== null) tell(prompt.clientId, 'execution_success', {});
      else messages.push(['execution_success', { prompt_id: prompt.id }]);
      await delay(manners().historyAfterMs);
    } catch (thrown) {
      if (thrown instanceof Crashed || born !== life) return;
      if (thrown instanceof Interrupted) {
        how = 'interrupted';
        tell(null, 'execution_interrupted', { node_id: '3', node_type: 'KSampler', executed: [] });
      } else {
        how = 'error';
        const fault = thrown instanceof NodeFault ? thrown : new NodeFault('', 'Exception', String(thrown));
        const huge = { pixels: ['tensor('.repeat(50_000)] };
        tell(prompt.clientId ?? 'nobody', 'execution_error', {
          ...{ node_id: fault.node, node_type: prompt.graph[fault.node]?.class_type ?? '', executed: [] },
          ...{ exception_message: fault.message, exception_type: fault.kind, traceback: ['File "/srv/comfy/main.py"'] },
          ...{ current_inputs: huge, current_outputs: [] },
        });
      }
    }
    if (born !== life) return;
    endings.push({ id: prompt.id, how });
    running = null;
    history.set(prompt.id, {
      prompt: [prompt.number, prompt.id, prompt.graph, prompt.extra, prompt.outputs],
      outputs: how === 'success' ? outputs : {},
      status: { status_str: how === 'success' ? 'success' : 'error', completed: how === 'success', messages },
      meta: {},
    });
    status();
    if (prompt.clientId !== null) clients.send(prompt.clientId, 'executing', { node: null, prompt_id: prompt.id });
  }

  function wake(): void {
    if (running !== null || pending.length === 0) return;
    void runNext().finally(wake);
  }

  return {
    running: () => running,
    wake,
    interrupt() {
      interruptedAtMs ??= Date.now();
    },
    history,
    files,
    endings,
    forgetCache() {
      cache = new Map();
    },
    crash() {
      life++;
      running = null;
      pending.length = 0;
      history.clear();
      cache = new Map();
    },
  };
}
