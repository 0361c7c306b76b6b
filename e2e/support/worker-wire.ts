import type { About, Work } from '@rendercast/protocol/worker/messages';
import {
  type HouseMessage,
  type HouseMessageOf,
  houseMessageSchema,
  type WorkerMessage,
} from '@rendercast/protocol/worker/socket-messages';
import { WebSocket } from 'ws';
import { createWaitingRoom } from './waiting-room.js';

type Word = { type: WorkerMessage['type'] } & Record<string, unknown>;

/** The socket of a remote worker that writes down everything it hears. */
export interface WorkerWire {
  messages: HouseMessage[];
  closed: { code: number; reason: string } | null;
  send(message: Word | string): void;
  /** Says a word under a `ref` of its own, and waits for the answer of this type. An error instead of it is thrown. */
  ask<T extends HouseMessage['type']>(type: T, word: Word): Promise<HouseMessageOf<T>>;
  /** Waits for a message that fits, also among those that came before. */
  next<T extends HouseMessage['type']>(
    type: T,
    fits?: (message: HouseMessageOf<T>) => boolean,
  ): Promise<HouseMessageOf<T>>;
  /** Claims until there is something. */
  work(): Promise<Work>;
  untilClosed(): Promise<{ code: number; reason: string }>;
  /** Ends the line without a word, as a broken one does. */
  cut(): void;
  close(): void;
}

/** The words that name a held job. */
export const heldAs = ({ jobId, lease }: Pick<Work, 'jobId' | 'lease'>): { jobId: string; lease: string } => ({
  jobId,
  lease,
});

/** Opens a worker's socket; with `hello: false` it stays silent. */
export async function openWorkerWire(
  url: string,
  options: { about?: Partial<About>; token?: string; key?: string; leases?: readonly Work[]; hello?: boolean } = {},
): Promise<WorkerWire> {
  const { key, token, leases = [] } = options;
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/worker/stream`, 'rendercast.worker.v1', { headers });
  const { waitFor, tell } = createWaitingRoom(() => wire.messages);
  let asked = 0;
  const wire: WorkerWire = {
    messages: [],
    closed: null,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    async ask(type, word) {
      asked += 1;
      const ref = `asked-${asked}`;
      wire.send({ ...word, ref });
      const answer = await waitFor(`the answer to ${word.type}`, () =>
        wire.messages.find((message) => 'ref' in message && message.ref === ref),
      );
      if (answer.type !== type) throw new Error(`${word.type} was answered ${JSON.stringify(answer)}`);
      return answer as never;
    },
    next: (type, fits = () => true) =>
      waitFor(
        `a message ${type}`,
        () => wire.messages.find((message) => message.type === type && fits(message as never)) as never,
      ),
    async work() {
      for (;;) {
        const { work } = await wire.ask('work', { type: 'claim', waitMs: 5_000 });
        if (work !== null) return work;
      }
    },
    untilClosed: () => waitFor('the close', () => wire.closed ?? undefined),
    cut: () => socket.terminate(),
    close: () => socket.close(),
  };

  socket.on('message', (data: Buffer) => {
    wire.messages.push(houseMessageSchema.parse(JSON.parse(data.toString('utf8'))));
    tell();
  });
  socket.on('close', (code, reason) => {
    wire.closed = { code, reason: reason.toString() };
    tell();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  if (options.hello !== false) {
    const about = { worker: 'rig-1', engine: 'rig', kinds: ['image'], ...options.about };
    wire.send({ type: 'hello', about, leases: leases.map(heldAs), ...(token === undefined ? {} : { token }) });
    await waitFor('the welcome', () =>
      wire.closed === null ? wire.messages.find(({ type }) => type === 'welcome') : wire.closed,
    );
  }
  return wire;
}
