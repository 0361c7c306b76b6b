/**
 * A worker in TypeScript: it paints a picture row by row, and tells after each how far it is.
 *
 *   npm start
 *   node --import tsx examples/typescript-worker/worker.ts
 *
 * It speaks over a socket, on which the server says at once when a job should stop; with `--http` over nothing but `fetch`.
 * With `--jobs 2` it ends after two jobs; with 1 when the server will have none of it. RENDERCAST_KEY holds a key with the
 * role `worker`, if the server has keys.
 */
import { parseArgs } from 'node:util';
import { type House, type Line, pause, Stopped, type Work } from './line.js';
import { overHttp, upload } from './over-http.js';
import { overSocket } from './over-socket.js';
import { encodePng } from './png.js';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: process.env['RENDERCAST_URL'] ?? 'http://localhost:8000' },
    http: { type: 'boolean', default: false },
    jobs: { type: 'string', default: 'Infinity' },
    rowMs: { type: 'string', default: '5' },
  },
});
const house: House = { url: values.url, key: process.env['RENDERCAST_KEY'] };
const line: Line = values.http ? overHttp(house) : overSocket(house);

/** Paints a gradient in the colours of the seed. Each row reports, and a report renews the lease: no heartbeat is needed. */
async function paint(work: Work): Promise<void> {
  const { width = 64, height = 64 } = work.request;
  const stop = line.stopOf(work);
  await line.report(work, { stage: { stage: 'paint', index: 1, count: 1, steps: height } });
  const rows: Uint8Array[] = [];
  for (let row = 0; row < height; row += 1) {
    await pause(Number(values.rowMs));
    if (stop.aborted) throw new Stopped('canceling');
    const pixel = (x: number): number[] => [work.seed % 256, (255 * x) / width, (255 * row) / height];
    rows.push(Uint8Array.from(Array.from({ length: width }, (_, x) => pixel(x)).flat()));
    await line.report(work, { progress: { fraction: rows.length / height, step: rows.length, steps: height } });
  }
  await upload(house, work, new Uint8Array(encodePng(width, height, rows)));
}

/** Makes one job, and ends it one way or the other. */
async function live(work: Work): Promise<string> {
  try {
    await paint(work);
    return await line.end(work, 'succeed');
  } catch (thrown) {
    if (thrown instanceof Stopped) return line.end(work, 'handBack').catch(() => 'was taken away');
    console.error(thrown);
    const message = 'The painter failed; its log has the details.';
    return line.end(work, 'fail', { message }).catch(() => 'was taken away');
  }
}

try {
  for (let done = 0; done < Number(values.jobs); ) {
    const work = await line.claim();
    if (work === null) continue;
    console.log(`ok   ${work.jobId} ${await live(work)}`);
    done += 1;
  }
} catch (thrown) {
  console.log(`FAIL the server will have none of it: ${String(thrown)}`);
  process.exitCode = 1;
} finally {
  line.close();
}
