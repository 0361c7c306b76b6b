import {
  decodeFrame,
  encodeFrame,
  type Fact,
  formatPosition,
  isTerminal,
  type Job,
  type LevelOf,
  RendercastError,
  type View,
  type ViewFrame,
} from '@rendercast/protocol';
import type { Encoding } from '../events/chunk.js';
import type { Sink } from '../events/subscription.js';
import type { Subscriptions } from '../events/subscriptions.js';

/** What happens to a job, as seen from inside the program. */
export type GenerationEvent =
  /** Something that happened: each once and in order, from `queued` to the end; `job` is the job after it. */
  | { type: 'fact'; fact: Fact; job: Job }
  /** Progress, or the place in the line: the newest, those between may be left out. */
  | { type: 'level'; level: LevelOf<'progress' | 'place'> }
  /** A picture on the way. */
  | { type: 'preview'; level: LevelOf<'preview'>; bytes: Uint8Array };

/** Events that wait to be taken before levels are merged and facts wait in the log. */
const WINDOW_EVENTS = 256;

/** One of a kind: there is nobody to encode for. Frames are text so that their groups are like any other. */
const IN_PROCESS = { name: 'in-process', createView };
const encoding: Encoding = { name: 'in-process', encode: () => Buffer.alloc(0) };

function createView(): View {
  return {
    fact: ({ fact, job }) => [frame(fact.jobId, 'fact', JSON.stringify({ type: 'fact', fact, job }))],
    level(jobId, level, preview) {
      if (level.kind !== 'preview') return [frame(jobId, level.kind, JSON.stringify({ type: 'level', level }))];
      return preview === null ? [] : [frame(jobId, 'preview', encodeFrame(level, preview.bytes))];
    },
  };
}

function frame(jobId: string, of: ViewFrame['of'], content: ViewFrame['frame']): ViewFrame {
  return { frame: content, jobId, position: null, of };
}

/** Only frames of the view above come here. */
function eventOf({ frame: content }: ViewFrame): GenerationEvent[] {
  if (typeof content === 'string') return [JSON.parse(content) as GenerationEvent];
  const read = decodeFrame(content);
  return read === null ? [] : [{ type: 'preview', level: read.header as LevelOf<'preview'>, bytes: read.body }];
}

/**
 * Everything that happens to a job from its first fact to its end. A reader that is slow holds nobody up.
 *
 * @throws RendercastError `not_found` when the job is forgotten meanwhile; the signal's reason when that aborts.
 */
export async function* followGeneration(
  { subscriptions, epoch }: { subscriptions: Subscriptions; epoch: string },
  job: { id: string; owner: string },
  options: { signal: AbortSignal; previews: boolean },
): AsyncGenerator<GenerationEvent, void, undefined> {
  const { signal } = options;
  signal.throwIfAborted();
  const prepared = await subscriptions.prepare({
    target: { job: job.id },
    reach: { owner: job.owner, all: false },
    position: formatPosition({ epoch, n: 0 }),
    dialect: IN_PROCESS,
    variant: '',
    levels: options.previews ? ['progress', 'place', 'preview'] : ['progress', 'place'],
    encoding,
  });
  const mailbox = createMailbox();
  const stop = (): void => mailbox.fail(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const subscription = prepared.start(mailbox.sink);
  try {
    for (;;) {
      const event = await mailbox.take();
      yield event;
      if (event.type === 'fact' && isTerminal(event.fact)) return;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    subscription.close();
  }
}

/** What has come and was not taken yet. */
function createMailbox(): { sink: Sink; take(): Promise<GenerationEvent>; fail(reason: unknown): void } {
  const waiting: GenerationEvent[] = [];
  let failure: { reason: unknown } | null = null;
  let wake = (): void => undefined;
  let ready: (() => void)[] = [];

  const fail = (reason: unknown): void => {
    failure ??= { reason };
    wake();
  };
  return {
    fail,
    async take() {
      for (;;) {
        if (failure !== null) throw failure.reason;
        const event = waiting.shift();
        if (waiting.length < WINDOW_EVENTS) for (const callback of ready.splice(0)) setImmediate(callback);
        if (event !== undefined) return event;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    sink: {
      blocked: () => waiting.length >= WINDOW_EVENTS,
      whenReady: (callback) => void (ready = [...ready, callback]),
      write(chunk) {
        waiting.push(...chunk.deliveries.flatMap(({ frame: each }) => eventOf(each)));
        wake();
      },
      reset: () => fail(new RendercastError('not_found', 'the job was forgotten')),
      failed: fail,
    },
  };
}
