/**
 * A worker in TypeScript, of nothing but `fetch`: it paints a picture row by row, and tells after each how far it is.
 *
 *   npm start
 *   node --import tsx examples/typescript-worker/worker.ts
 *
 * With `--jobs 2` it ends after two jobs; with 1 when the server will have none of it. RENDERCAST_KEY holds a key with the
 * role `worker`, if the server has keys.
 */
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { encodePng } from './png.js';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: process.env['RENDERCAST_URL'] ?? 'http://localhost:8000' },
    jobs: { type: 'string', default: 'Infinity' },
    rowMs: { type: 'string', default: '5' },
  },
});
const key = process.env['RENDERCAST_KEY'];
const about = { worker: 'rows-1', engine: 'rows', kinds: ['image'], features: ['steps'] };

/** A job as the server hands it out. */
interface Work {
  jobId: string;
  lease: string;
  leaseMs: number;
  request: { prompt: string; width?: number; height?: number };
  seed: number;
}

/** The attempt is over, or should be: whoever works on it lets go. */
class Stopped extends Error {}

/** Says a word to the server and answers what it says. While it cannot be reached the word is said again. */
async function say<T>(path: string, init: RequestInit, patienceMs = 60_000): Promise<T> {
  const headers = { ...(init.headers as Record<string, string>), ...(key ? { authorization: `Bearer ${key}` } : {}) };
  const untilMs = performance.now() + patienceMs;
  for (let waitMs = 200; ; waitMs = Math.min(5_000, waitMs * 2)) {
    const answer = await fetch(`${values.url}${path}`, { ...init, headers }).catch(() => null);
    if (answer?.ok) return (await answer.json()) as T;
    const isAway = answer === null || answer.status === 503 || answer.status === 429;
    if (answer?.status === 409 && path.includes('/jobs/')) throw new Stopped('superseded');
    if (!isAway || performance.now() > untilMs) throw new Error(answer === null ? 'not reached' : await answer.text());
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

const json = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const wordPath = ({ jobId, lease }: Work, word: string, query = ''): string =>
  `/v1/worker/jobs/${jobId}/${word}?lease=${encodeURIComponent(lease)}${query}`;

async function report(work: Work, said: object): Promise<void> {
  const { standing } = await say<{ standing: string }>(wordPath(work, 'report'), json(said));
  if (standing !== 'held') throw new Stopped(standing);
}

/** Paints a gradient in the colours of the seed. Each row reports, and a report renews the lease: no heartbeat is needed. */
async function paint(work: Work): Promise<void> {
  const { width = 64, height = 64 } = work.request;
  await report(work, { stage: { stage: 'paint', index: 1, count: 1, steps: height } });
  const rows: Uint8Array[] = [];
  for (let row = 0; row < height; row += 1) {
    await new Promise((resolve) => setTimeout(resolve, Number(values.rowMs)));
    const pixel = (x: number): number[] => [work.seed % 256, (255 * x) / width, (255 * row) / height];
    rows.push(Uint8Array.from(Array.from({ length: width }, (_, x) => pixel(x)).flat()));
    await report(work, { progress: { fraction: rows.length / height, step: rows.length, steps: height } });
  }
  const bytes = new Uint8Array(encodePng(width, height, rows));
  const digest = createHash('sha256').update(bytes).digest('base64');
  const parameters = encodeURIComponent(JSON.stringify({ seed: work.seed }));
  await say(wordPath(work, 'output', `&slot=0&name=rows.png&parameters=${parameters}`), {
    method: 'PUT',
    headers: { 'content-type': 'image/png', 'content-digest': `sha-256=:${digest}:` },
    body: bytes,
  });
}

/** Makes one job, and ends it one way or the other. */
async function live(work: Work): Promise<string> {
  const end = async (how: string, body: object = {}): Promise<string> =>
    (await say<{ state: string }>(wordPath(work, how), json(body))).state;
  try {
    await paint(work);
    return await end('succeed');
  } catch (thrown) {
    if (thrown instanceof Stopped) return end('hand-back').catch(() => 'was taken away');
    console.error(thrown);
    return end('fail', { message: 'The painter failed; its log has the details.' }).catch(() => 'was taken away');
  }
}

try {
  for (let done = 0; done < Number(values.jobs); ) {
    const { work } = await say<{ work: Work | null }>('/v1/worker/claim?wait=20000', json(about));
    if (work === null) continue;
    console.log(`ok   ${work.jobId} ${await live(work)}`);
    done += 1;
  }
} catch (thrown) {
  console.log(`FAIL the server will have none of it: ${String(thrown)}`);
  process.exitCode = 1;
}
