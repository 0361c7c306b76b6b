import type { EngineContext } from '../engine.js';
import type { SocketPicture } from './frames.js';
import { toPreview } from './preview-picture.js';
import { createProgressMap } from './progress-map.js';
import type { SocketListener } from './prompt-socket.js';
import type { Graph } from './wire.js';

/** Folds what the socket tells of one prompt into stages, progress and previews. What it says is never the verdict. */
export interface PromptWatch extends SocketListener {
  /** Whether the server said that it succeeded. */
  succeeded(): boolean;
  /** Outputs of nodes that were told, for a server whose history is cleared. */
  outputs: Readonly<Record<string, Record<string, unknown>>>;
  /** Whole pictures that nodes hand in over the socket instead of storing them. */
  pictures: readonly Buffer[];
  /** Whether an earlier prompt had made part of it. */
  isCached(): boolean;
  /** Says how far it is once more: the prompt is known to live although nothing is heard of it. */
  repeat(): void;
  /** Settles when everything that was heard is told. */
  told(): Promise<void>;
}

/** Nodes of this class send their result in the frames of previews. */
const SOCKET_OUTPUT = 'SaveImageWebsocket';

/** @param nudge called when the prompt may be over */
export function createPromptWatch(graph: Graph, context: EngineContext, nudge: () => void): PromptWatch {
  const map = createProgressMap(graph);
  const outputs: Record<string, Record<string, unknown>> = {};
  const pictures: Buffer[] = [];
  let isSuccess = false;
  let isStarted = false;
  let current: string | null = null;
  let lastTold = '';
  const stages = createTeller(async () => {
    const stage = map.stage();
    if (stage !== null) await context.stage(stage);
  });
  let newest: SocketPicture | null = null;
  const previews = createTeller(async () => {
    const preview = newest === null ? null : await toPreview(newest);
    if (preview !== null && !context.signal.aborted) context.preview(preview);
  });

  function tellProgress(): void {
    const reading = map.reading();
    const key = JSON.stringify(reading);
    if (key === lastTold || context.signal.aborted) return;
    lastTold = key;
    context.progress(reading);
  }

  function enter(node: unknown): void {
    current = typeof node === 'string' ? node : null;
    if (current !== null && map.enter(current)) stages.tell();
  }

  function hear(type: string, data: Record<string, unknown>): void {
    switch (type) {
      case 'execution_cached':
        map.cached(strings(data.nodes));
        isStarted = true;
        return;
      case 'executing':
        isStarted = true;
        enter(data.display_node ?? data.node);
        if (data.node === null) nudge();
        return;
      case 'progress':
        isStarted = true;
        if (typeof data.node === 'string') map.at(data.node, Number(data.value), Number(data.max));
        return;
      case 'progress_state':
        isStarted = true;
        for (const [id, node] of Object.entries(asRecord(data.nodes))) hearNode(id, asRecord(node));
        return;
      case 'executed':
        if (typeof data.node === 'string') outputs[data.node] = asRecord(data.output);
        return;
      case 'execution_success':
        isSuccess = true;
        nudge();
        return;
      case 'execution_error':
      case 'execution_interrupted':
        nudge();
        return;
      default:
    }
  }

  function hearNode(id: string, { value, max, state, display_node_id }: Record<string, unknown>): void {
    const node = typeof display_node_id === 'string' ? display_node_id : id;
    map.at(node, Number(value), Number(max));
    // Parts that a node unfolds into while it runs end before it does.
    if (state === 'finished' && node === id) map.done(node);
  }

  return {
    outputs,
    pictures,
    message(type, data) {
      hear(type, data);
      // Only now is known what need not run again.
      if (isStarted) tellProgress();
    },
    picture(picture) {
      const node = picture.nodeId ?? current;
      if (node === null) return;
      if (graph[node]?.class_type === SOCKET_OUTPUT) pictures.push(Buffer.from(picture.bytes));
      else if (context.wantsPreview()) {
        newest = picture;
        previews.tell();
      }
    },
    succeeded: () => isSuccess,
    isCached: () => map.hasCached(),
    repeat: () => context.progress(isStarted ? map.reading() : { fraction: null }),
    async told() {
      await stages.settled();
      await previews.settled();
    },
  };
}

/** Tells the newest state, one at a time: news that come while the last are on their way are told together. */
function createTeller(tellNow: () => Promise<void>): { tell(): void; settled(): Promise<void> } {
  let isNews = false;
  let telling: Promise<void> | null = null;
  async function tellAll(): Promise<void> {
    while (isNews) {
      isNews = false;
      await tellNow();
    }
  }
  return {
    tell() {
      isNews = true;
      // A refusal means that the attempt is over: the run hears of that by its signal.
      telling ??= tellAll()
        .catch(() => undefined)
        .finally(() => {
          telling = null;
        });
    },
    async settled() {
      while (telling !== null) await telling;
    },
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
