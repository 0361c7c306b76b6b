import { jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterEach, expect, it } from 'vitest';
import { expectUnharmed } from './proof/hostile/aftermath.js';
import { createFindings } from './proof/hostile/findings.js';
import { FOREIGN_FRONTS, type Front, NATIVE_FRONT, WORKER_FRONT } from './proof/hostile/fronts.js';
import { askAllDialects } from './proof/hostile/good-requests.js';
import { watchMemory } from './proof/hostile/memory-watch.js';
import { liveHostileLife } from './proof/hostile/socket-life.js';
import { type HouseProcess, startHouseProcess } from './proof/house-process.js';
import { recordProof } from './proof/record.js';
import { seedOfRun, timesOfRun } from './stories/chance.js';
import { call, rehearsal, until } from './support/house.js';
import { openWire } from './support/socket.js';

const SEED = seedOfRun(57_000);
const FRAMES = timesOfRun('RENDERCAST_PROOF_FRAMES', 5_000);
const DIALECT_FRAMES = timesOfRun('RENDERCAST_PROOF_DIALECT_FRAMES', 5_000);
/** Sockets at once. */
const SOCKETS = 16;

let house: HouseProcess;
afterEach(() => house.kill());

/** So many frames on sockets of these fronts, one front after the other; what was found wrong is recorded and expected to be nothing. */
async function prove(name: string, frames: number, fronts: readonly Front[]): Promise<void> {
  const findings = createFindings(name);
  const memory = await watchMemory(house);
  const counts = new Map<string, number>();
  let count = 0;
  let next = 0;
  async function liveOn(): Promise<void> {
    while (count < frames && house.ended === null) {
      const index = next;
      next += 1;
      await memory.at(count / frames);
      const front = fronts[index % fronts.length] ?? NATIVE_FRONT;
      const scene = {
        port: house.port,
        secrets: [house.dataDir],
        report: (what: string, sent: Buffer) => findings.add({ seed: SEED, index }, what, sent),
      };
      const sent = await liveHostileLife(scene, front, SEED + index);
      counts.set(front.dialect.name, (counts.get(front.dialect.name) ?? 0) + sent);
      count += sent;
    }
  }
  await Promise.all(Array.from({ length: SOCKETS }, liveOn));
  const each = [...counts].map(([dialect, sent]) => `${dialect} ${sent}`).join(', ');
  recordProof({
    name,
    count,
    wrong: findings.count + house.errors.length,
    note: `${next} sockets (frames: ${each}); ${memory.note()}`,
  });
  await expectUnharmed(house, findings, memory);
}

it(`RC-SOCKET-2 RC-SOCKET-3: ${FRAMES} hostile frames (seed ${SEED}): what can be answered is answered and closes nothing, breaches close, nothing leaks, memory stays, and jobs are watched afterwards`, {
  timeout: 60_000 + FRAMES * 4,
}, async () => {
  house = await startHouseProcess({
    maxMessagesPerSecond: 1_000_000,
    maxFrameBytes: 64_000,
    maxSubscriptionsPerSocket: 50,
  });
  await prove('hostile frames', FRAMES, [NATIVE_FRONT, WORKER_FRONT]);
  await watchedJob();
});

it(`RC-HTTP-5: ${DIALECT_FRAMES} hostile frames on the sockets of the four foreign dialects (seed ${SEED}): each answers as its page says or passes it over, nothing leaks, memory stays, and each serves afterwards`, {
  timeout: 60_000 + DIALECT_FRAMES * 8,
}, async () => {
  house = await startHouseProcess({
    maxMessagesPerSecond: 1_000_000,
    maxFrameBytes: 64_000,
    dialectEngines: FOREIGN_FRONTS.map(({ dialect }) => `${dialect.name}=hush`).join(','),
  });
  await askAllDialects(house.url);
  await prove('hostile dialect frames', DIALECT_FRAMES, FOREIGN_FRONTS);
  await askAllDialects(house.url);
  expect(house.ended).toBeNull();
});

/** The server does what it is for, and holds nothing of those who have gone. */
async function watchedJob(): Promise<void> {
  const wire = await openWire(house.url);
  const { job } = (await call(house.url, '/v1/jobs', { body: rehearsal() })).as(jobAnswerSchema);
  wire.send({ type: 'subscribe', job: job.id });
  await until(async () => (await call(house.url, `/v1/jobs/${job.id}`)).text.includes('"succeeded"'), 'the end');
  wire.close();
  await wire.untilClosed();
  await until(async () => (await call(house.url, '/v1/stats')).text.includes('"sockets":0'), 'all sockets gone');
}
