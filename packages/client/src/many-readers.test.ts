import type { Snapshot } from '@rendercast/protocol/job';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Client } from './client.js';
import type { JobEvent } from './job-channel.js';
import type { TransportName } from './options.js';
import { createHouse, gatherLive } from './testing/house.js';
import { note, started, succeeded } from './testing/peer-log.js';

const TRANSPORTS: TransportName[] = ['websocket', 'sse', 'poll'];
const house = createHouse();
afterEach(() => house.close());

/** What happens, one after another: a reader comes in some way, the job moves on, something goes wrong, time passes. */
const happening = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('start', 'now', 'kept', 'pictures') },
  { weight: 5, arbitrary: fc.constant('note') },
  { weight: 2, arbitrary: fc.constantFrom('leave', 'cut', 'omit', 'keep') },
  { weight: 3, arbitrary: fc.constantFrom('wait', 'breathe') },
);

interface Reader {
  gathered: { all: JobEvent[]; done: Promise<void> };
  leaving: AbortController;
  from: 'start' | 'now' | Snapshot;
}

function come(client: Client, from: Reader['from'], previews: 'none' | 'url' = 'none'): Reader {
  const leaving = new AbortController();
  const gathered = gatherLive(client.job('j1').events({ from, previews, signal: leaving.signal }));
  return { gathered, leaving, from };
}

/** Whether everything since the reader's start came once and in order; a reader that stays hears the end, too. */
function heardAll({ gathered, leaving, from }: Reader, end: number): void {
  const firstSnapshot = from === 'now' ? gathered.all[0]?.snapshot : from;
  const first = from === 'start' ? 0 : ((firstSnapshot as Snapshot | undefined)?.job.seq ?? 0);
  const heard = gathered.all.flatMap((event) => (event.type === 'fact' ? [event.fact.seq] : []));
  expect(gathered.all.map(({ type }) => type)).not.toContain('reset');
  expect(heard).toEqual(heard.map((_, index) => first + 1 + index));
  if (!leaving.signal.aborted) expect(first + heard.length).toBe(end);
}

describe.each(TRANSPORTS)(
  'readers of one job over %s, whenever they come and go and however bad the line',
  (transport) => {
    it('RC-FACT-5: each hear every fact since their start, once and in order', { timeout: 120_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(happening, { maxLength: 30 }), async (happenings) => {
          const peer = await house.peer();
          const line = await house.line(peer);
          const client = house.client(line.url, { transports: [transport] });
          const readers: Reader[] = [];
          let kept = peer.log.snapshot('j1') as Snapshot;
          peer.append('j1', started);
          for (const [index, what] of happenings.entries()) {
            if (what === 'note') peer.append('j1', note(index));
            else if (what === 'keep') kept = peer.log.snapshot('j1') as Snapshot;
            else if (what === 'leave') readers[index % Math.max(1, readers.length)]?.leaving.abort();
            else if (what === 'cut') line.cut();
            else if (what === 'omit') peer.manners.omit += 1;
            else if (what === 'wait') await new Promise((resolve) => setTimeout(resolve, index % 8));
            else if (what === 'breathe') await new Promise((resolve) => setImmediate(resolve));
            else if (what === 'pictures') readers.push(come(client, 'now', 'url'));
            else readers.push(come(client, what === 'kept' ? kept : what));
          }
          readers.push(come(client, 'start'));
          peer.manners.omit = 0; // that the last of all is missing, nothing would show
          peer.append('j1', succeeded);
          await Promise.allSettled(readers.map(({ gathered }) => gathered.done));
          const end = peer.log.find('j1')?.seq ?? 0;
          for (const reader of readers) heardAll(reader, end);
          await house.close();
        }),
        { numRuns: 40 },
      );
    });
  },
);
