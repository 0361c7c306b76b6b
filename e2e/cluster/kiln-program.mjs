/**
 * A worker with an engine of its own: a kiln that is one and the same for all workers, holds one piece at a time, and must
 * not be lit twice for one piece. It writes down when it was lit and when it was put out. Its settings come by the
 * environment; KILN_BOOK is that file.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSilentLogger, defineEngine, loadConfig, startServer } from '@rendercast/server';

const book = process.env.KILN_BOOK ?? '';
const note = (what, job) => appendFileSync(book, `${JSON.stringify({ what, job: job.id })}\n`);

const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
  'base64',
);

const kiln = defineEngine({
  name: 'kiln',
  kinds: ['image'],
  slots: 1,
  auto: false,
  repeatable: false,
  shared: true,
  async run(job, context) {
    note('lit', job);
    try {
      // A piece with as many steps never gets done: the kiln is looked at by its door only.
      const burnMs = (job.request.steps ?? 1) >= 100 ? 3_600_000 : 60;
      await sleep(burnMs, undefined, { signal: context.signal });
      await context.output({
        ...{ slot: 0, mediaType: 'image/png', body: PICTURE, name: 'piece.png', width: 1, height: 1, parameters: {} },
      });
    } finally {
      note('out', job);
    }
  },
});

const server = await startServer({
  config: loadConfig({}, process.env),
  logger: createSilentLogger(),
  studioDir: null,
  engines: [kiln],
});
console.error('its role is worker, with a kiln');
process.once('SIGTERM', () => void server.stop().then(() => process.exit(0)));
