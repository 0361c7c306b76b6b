import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@rendercast/client';
import { checkHistory, describeViolations } from '@rendercast/protocol/history';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { recordProof } from '../proof/record.js';
import { noTally, ofOneOwner, tally } from '../proof/tally.js';
import { timesOfRun } from '../stories/chance.js';
import { PATIENT } from '../stories/guest.js';
import { judge } from '../stories/judge.js';
import { readLog } from '../stories/log-over-http.js';
import { type Watcher, watchJob } from '../stories/watchers.js';
import { NO_CLUSTER, startCluster } from './cluster.js';

const SAMPLE = 100;
const WATCHERS = timesOfRun('RENDERCAST_TEST_CLUSTER_WATCHERS', SAMPLE);
const NODES = WATCHERS > SAMPLE ? 3 : 2;
const JOBS = 4;
/** Of ten watchers so many come over each transport. */
const TRANSPORTS = [
  'websocket',
  'sse',
  'websocket',
  'poll',
  'websocket',
  'sse',
  'websocket',
  'poll',
  'websocket',
  'websocket',
] as const;
/** Watchers whose views are folded and compared as well. */
const JUDGED = 20;

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe.skipIf(NO_CLUSTER !== null)(`a rolling restart${NO_CLUSTER === null ? '' : ` (${NO_CLUSTER})`}`, () => {
  it(`RC-DRAIN-1 RC-RESUME-1: of every one of ${2 * NODES} nodes, while ${WATCHERS} clients watch: nobody misses or hears anything twice, and no try of a job is used up`, {
    timeout: 600_000,
  }, async () => {
    const cluster = await startCluster({
      ...{ gateways: NODES, workers: NODES },
      settings: { RENDERCAST_DRAIN_MS: '500' },
    });
    closing.push(() => cluster.close());
    const { url } = cluster.door;
    const orderer = createClient({ url, transports: ['poll'], timing: PATIENT });
    closing.push(() => orderer.close());
    const script = {
      stepMs: 50,
      hangAtStep: 20,
      stages: [
        { name: 'base', steps: 10 },
        { name: 'refine', steps: 20 },
      ],
    };
    const jobs = await Promise.all(
      Array.from({ length: JOBS }, () =>
        orderer.generate('a long day', { engine: 'rehearsal', extra: { rehearsal: script } }),
      ),
    );
    const watchers = Array.from({ length: WATCHERS }, (_, index): Watcher => {
      const transport = TRANSPORTS[index % TRANSPORTS.length] ?? 'websocket';
      const client = createClient({ url, transports: [transport], webSocket: WebSocket, timing: PATIENT });
      closing.push(() => client.close());
      return watchJob(`${transport} ${index}`, client, jobs[index % JOBS]?.id ?? '', { from: 'start' });
    });
    await Promise.all(watchers.map((watcher) => watcher.reached(2)));

    // Something happens all the time. A note that was not acknowledged may have been stored; the log knows.
    const enough = new AbortController();
    const talking = (async () => {
      for (let count = 0; !enough.signal.aborted; count += 1) {
        await jobs[count % JOBS]?.note({ count }).catch(() => undefined);
        await sleep(50);
      }
    })();
    const startedMs = performance.now();
    for (const node of cluster.nodes) {
      expect(await node.stop(30_000), node.name).toEqual({ code: 0, signal: null });
      await node.start();
    }
    const tookMs = Math.round(performance.now() - startedMs);
    enough.abort();
    await talking;
    await Promise.all(jobs.map((job) => job.cancel()));
    await Promise.all(watchers.map(({ done }) => done));

    const log = await readLog(url, true);
    const violations = checkHistory({ log, readers: watchers.map(({ history }) => history) });
    const found = noTally();
    tally(found, violations);
    const note = `${cluster.nodes.length} nodes restarted in ${tookMs} ms, ${log.entries.length} facts of ${JOBS} jobs`;
    recordProof({ name: 'rolling restart', count: watchers.length, ...ofOneOwner(found), note });
    expect(describeViolations(violations)).toBe('');
    await judge(url, watchers.slice(0, JUDGED));
    const types = log.entries.map(({ fact }) => fact.type);
    expect(types.filter((type) => type === 'note').length).toBeGreaterThan(10);
    const retries = log.entries.flatMap(({ fact }) => (fact.type === 'retrying' ? [fact.counted] : []));
    expect(retries.length).toBeGreaterThan(0);
    expect(retries.every((counted) => !counted)).toBe(true);
  });
});
