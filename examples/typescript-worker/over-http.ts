import { createHash } from 'node:crypto';
import { about, type House, type Line, pause, Stopped, type Work } from './line.js';

/** Says a word to the server and answers what it says. While it cannot be reached the word is said again. */
async function say<T>({ url, key }: House, path: string, init: RequestInit, patienceMs = 60_000): Promise<T> {
  const headers = { ...(init.headers as Record<string, string>), ...(key ? { authorization: `Bearer ${key}` } : {}) };
  const untilMs = performance.now() + patienceMs;
  for (let waitMs = 200; ; waitMs = Math.min(5_000, waitMs * 2)) {
    const answer = await fetch(`${url}${path}`, { ...init, headers }).catch(() => null);
    if (answer?.ok) return (await answer.json()) as T;
    const isAway = answer === null || answer.status === 503 || answer.status === 429;
    if (answer?.status === 409 && path.includes('/jobs/')) throw new Stopped('superseded');
    if (!isAway || performance.now() > untilMs) throw new Error(answer === null ? 'not reached' : await answer.text());
    await pause(waitMs);
  }
}

const json = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const wordPath = ({ jobId, lease }: Work, word: string, query = ''): string =>
  `/v1/worker/jobs/${jobId}/${word}?lease=${encodeURIComponent(lease)}${query}`;

/** Brings a file, on whichever line the words go: files travel over HTTP. */
export async function upload(house: House, work: Work, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const digest = createHash('sha256').update(bytes).digest('base64');
  const parameters = encodeURIComponent(JSON.stringify({ seed: work.seed }));
  await say(house, wordPath(work, 'output', `&slot=0&name=rows.png&parameters=${parameters}`), {
    method: 'PUT',
    headers: { 'content-type': 'image/png', 'content-digest': `sha-256=:${digest}:` },
    body: bytes,
  });
}

/** Each word is a request; one that waits for a job is held for a while. */
export function overHttp(house: House): Line {
  const never = new AbortController().signal;
  return {
    async claim() {
      return (await say<{ work: Work | null }>(house, '/v1/worker/claim?wait=20000', json(about))).work;
    },
    async report(work, said) {
      const { standing } = await say<{ standing: string }>(house, wordPath(work, 'report'), json(said));
      if (standing !== 'held') throw new Stopped(standing);
    },
    async end(work, how, body = {}) {
      const word = how === 'handBack' ? 'hand-back' : how;
      return (await say<{ state: string }>(house, wordPath(work, word), json(body))).state;
    },
    stopOf: () => never,
    close: () => undefined,
  };
}
