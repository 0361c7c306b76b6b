import { about, type House, type Line, pause, Stopped, type Work } from './line.js';

/** What the server says; fields by type, as PROTOCOL.md has them. */
interface Said {
  type: string;
  ref?: string | null;
  jobId?: string | null;
  standing?: string;
  state?: string;
  work?: Work | null;
  error?: { code: string; message: string; retryable: boolean };
}

/** The socket was lost before the answer came: the word is said again over the next one. */
class Lost extends Error {}

/** Every Node has one since 22, and every browser; before that it comes with a package. */
const Socket = globalThis.WebSocket ?? ((await import('ws')).WebSocket as unknown as typeof WebSocket);

/**
 * One socket for all words. When it is lost another is opened, which names the jobs that are held: the leases outlive it, and
 * the server, too.
 */
export function overSocket({ url, key }: House, patienceMs = 60_000): Line {
  const held = new Map<string, { work: Work; stop: AbortController }>();
  let socket: Promise<Open> | null = null;
  let closed = false;

  function heard(said: Said): void {
    if (said.type === 'standing' && said.standing !== 'held') held.get(said.jobId ?? '')?.stop.abort();
  }

  async function say(word: { type: string; [field: string]: unknown }): Promise<Said> {
    const untilMs = performance.now() + patienceMs;
    for (let waitMs = 200; ; waitMs = Math.min(5_000, waitMs * 2)) {
      try {
        socket ??= open(
          url,
          key,
          [...held.values()].map(({ work }) => work),
          heard,
        );
        const said = await (await socket).ask(word);
        // Facts cannot be stored just now, or the server goes down.
        if (said.error?.retryable !== true || performance.now() > untilMs) return said;
      } catch (thrown) {
        if (!(thrown instanceof Lost) || closed || performance.now() > untilMs) throw thrown;
        socket = null;
      }
      await pause(waitMs);
    }
  }

  async function sayOf({ jobId, lease }: Work, word: { type: string; [field: string]: unknown }): Promise<Said> {
    const said = await say({ ...word, jobId, lease });
    if (said.error?.code === 'superseded') throw new Stopped('superseded');
    if (said.error !== undefined) throw new Error(said.error.message);
    return said;
  }

  return {
    async claim() {
      const { work = null, error } = await say({ type: 'claim', waitMs: 20_000 });
      if (error !== undefined) throw new Error(error.message);
      if (work !== null) held.set(work.jobId, { work, stop: new AbortController() });
      return work;
    },
    async report(work, said) {
      const { standing } = await sayOf(work, { type: 'report', ...said });
      if (standing !== 'held') throw new Stopped(standing);
    },
    async end(work, how, body = {}) {
      try {
        return (await sayOf(work, { type: how, ...body })).state ?? '';
      } finally {
        held.delete(work.jobId);
      }
    },
    stopOf: (work) => held.get(work.jobId)?.stop.signal ?? AbortSignal.abort(),
    close() {
      closed = true;
      void socket?.then((open) => open.close()).catch(() => undefined);
    },
  };
}

interface Open {
  ask(word: object): Promise<Said>;
  close(): void;
}

/** Opens a socket and says hello. Resolves when the server has welcomed the worker. */
async function open(
  url: string,
  key: string | undefined,
  leases: readonly Work[],
  heard: (said: Said) => void,
): Promise<Open> {
  const socket = new Socket(`${url.replace(/^http/, 'ws')}/v1/worker/stream`, 'rendercast.worker.v1');
  const waiting = new Map<string, { resolve: (said: Said) => void; reject: (lost: Lost) => void }>();
  let asked = 0;
  await new Promise<void>((resolve, reject) => {
    let refusal: Error = new Lost('not reached');
    socket.addEventListener('open', () => {
      const names = leases.map(({ jobId, lease }) => ({ jobId, lease }));
      socket.send(JSON.stringify({ type: 'hello', about, leases: names, ...(key ? { token: key } : {}) }));
    });
    socket.addEventListener('message', ({ data }) => {
      const said = JSON.parse(String(data)) as Said;
      if (said.type === 'welcome') resolve();
      // Before the welcome an error is about the worker itself: it may not work here.
      if (said.error?.retryable === false) refusal = new Error(`${said.error.code}: ${said.error.message}`);
      heard(said);
      const asker = waiting.get(said.ref ?? '');
      waiting.delete(said.ref ?? '');
      asker?.resolve(said);
    });
    socket.addEventListener('error', () => undefined); // the close says the same
    socket.addEventListener('close', () => {
      reject(refusal);
      for (const { reject: lose } of waiting.values()) lose(new Lost('the line was lost'));
      waiting.clear();
    });
  });
  return {
    ask: (word) =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== socket.OPEN) return reject(new Lost('the line was lost'));
        asked += 1;
        waiting.set(String(asked), { resolve, reject });
        socket.send(JSON.stringify({ ...word, ref: String(asked) }));
      }),
    close: () => socket.close(),
  };
}
