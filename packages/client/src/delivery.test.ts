import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { JobEvent } from './job-channel.js';
import type { TransportName } from './options.js';
import { createHouse, gather, gatherLive } from './testing/house.js';
import { note, queued, started, succeeded } from './testing/peer-log.js';
import { until } from './testing/until.js';

const TRANSPORTS: TransportName[] = ['websocket', 'sse', 'poll'];
const house = createHouse();
afterEach(() => house.close());

const numbers = (events: JobEvent[]): number[] =>
  events.flatMap((event) => (event.type === 'fact' ? [event.fact.seq] : []));
const oneTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe.each(TRANSPORTS)('over %s', (transport) => {
  it('gives every fact once and in order, and the end once, however often the line is cut', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 2_500 }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 25 }),
        fc.nat({ max: 3 }),
        async (cuts, notes, doubleEvery) => {
          const peer = await house.peer();
          const line = await house.line(peer, cuts);
          const client = house.client(line.url, { transports: [transport] });
          peer.manners.doubleEvery = doubleEvery;
          const gathered = gatherLive(client.job('j1').events({ from: 'start' }));
          peer.append('j1', started);
          for (let n = 0; n < notes; n += 1) {
            peer.append('j1', note(n));
            await new Promise((resolve) => setTimeout(resolve, n % 3));
          }
          peer.append('j1', succeeded);
          await gathered.done;
          expect(numbers(gathered.all)).toEqual(oneTo(notes + 3));
          expect(gathered.all.filter((event) => event.type === 'reset')).toEqual([]);
          expect(gathered.all.at(-1)?.snapshot?.job).toEqual(peer.log.find('j1'));
          await house.close();
        },
      ),
      { numRuns: 40 },
    );
  });

  it('RC-FACT-5: notices a fact that was left out and fetches it, without a reset', async () => {
    const peer = await house.peer();
    const gathered = gatherLive(
      house
        .client(peer.url, { transports: [transport] })
        .job('j1')
        .events({ from: 'start' }),
    );
    await until(() => peer.following === 1, 'the job is followed');
    peer.manners.omit = 1;
    peer.append('j1', started);
    peer.append('j1', note(1), succeeded);
    await gathered.done;
    const events = gathered.all;
    expect(numbers(events)).toEqual([1, 2, 3, 4]);
    expect(events.some(({ type }) => type === 'reset')).toBe(false);
  });

  it('RC-RESET-2: says a reset aloud, once, and goes on from what it brought', async () => {
    const peer = await house.peer();
    const client = house.client(peer.url, { transports: [transport] });
    const { all: events, done } = gatherLive(client.job('j1').events());
    await until(() => events.length === 1 && peer.following === 1, 'the snapshot came');
    peer.log.epoch = 'e2';
    peer.cut();
    await until(() => events.length === 2, 'the reset came');
    await until(() => peer.following === 1, 'it is followed again');
    peer.append('j1', started, succeeded);
    await done;
    expect(events.map(({ type }) => type)).toEqual(['snapshot', 'reset', 'fact', 'fact']);
    expect(events[1]).toMatchObject({ type: 'reset', reason: 'epoch', snapshot: { position: 'e2:1' } });
  });

  it('follows a job before it exists, by the caller’s own id, from its first fact', async () => {
    const peer = await house.peer({ empty: true });
    const gathered = gatherLive(
      house
        .client(peer.url, { transports: [transport] })
        .job('mine')
        .events(),
    );
    await until(() => peer.following === 1, 'it waits');
    peer.append('j9', queued({ clientId: 'mine' }), started, succeeded);
    await gathered.done;
    expect(numbers(gathered.all)).toEqual([1, 2, 3]);
  });

  it('shows an ended job to one who comes late and ends at once', async () => {
    const peer = await house.peer();
    peer.append('j1', started, succeeded);
    const events = await gather(
      house
        .client(peer.url, { transports: [transport] })
        .job('j1')
        .events(),
    );
    expect(events.map(({ type, snapshot }) => [type, snapshot?.job.state])).toEqual([['snapshot', 'succeeded']]);
  });

  it('survives a server that goes away and comes back on the same port', async () => {
    const peer = await house.peer();
    const gathered = gatherLive(
      house
        .client(peer.url, { transports: [transport] })
        .job('j1')
        .events({ from: 'start' }),
    );
    await until(() => peer.following === 1, 'it is followed');
    await peer.close();
    peer.log.append('j1', started);
    const again = await house.peer({ port: peer.port, log: peer.log });
    again.append('j1', succeeded);
    await gathered.done;
    expect(numbers(gathered.all)).toEqual([1, 2, 3]);
  });

  it('recovers from a line that falls silent without being cut', async () => {
    const peer = await house.peer();
    peer.manners.heartbeatMs = 100;
    const line = await house.line(peer);
    const client = house.client(line.url, { transports: [transport], timing: { silenceMs: 250, requestMs: 250 } });
    const gathered = gatherLive(client.job('j1').events({ from: 'start' }));
    await until(() => peer.following === 1, 'it is followed');
    line.freeze(true);
    peer.append('j1', started, succeeded);
    await until(() => client.connection.get().status === 'waiting', 'the silence is noticed');
    line.freeze(false);
    await gathered.done;
    expect(numbers(gathered.all)).toEqual([1, 2, 3]);
  });
});
