import { ERRORS, type ErrorCode } from '@rendercast/protocol';
import { jobAnswerSchema, serverMessageSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFindings } from './proof/hostile/findings.js';
import { type HostileFrames, makeFrames } from './proof/hostile/frames.js';
import { leakIn } from './proof/hostile/leaks.js';
import { watchMemory } from './proof/hostile/memory-watch.js';
import { closeCode, openRawSocket, type RawSocket, textFrame } from './proof/hostile/raw-socket.js';
import { type HouseProcess, startHouseProcess } from './proof/house-process.js';
import { recordProof } from './proof/record.js';
import { createChance, seedOfRun, timesOfRun } from './stories/chance.js';
import { call, rehearsal, until } from './support/house.js';
import { openWire } from './support/socket.js';

const SEED = seedOfRun(57_000);
const FRAMES = timesOfRun('RENDERCAST_PROOF_FRAMES', 12_000);
/** Sockets at once. */
const SOCKETS = 8;
/** Hostile acts on one socket before its last. */
const ACTS = 60;
/** Codes that a server closes a socket with when the peer broke the rules, or that answer the peer's own close. */
const CLOSES = [1000, 1001, 1002, 1003, 1005, 1007, 1008, 1009, 3000, 4401, 4429, 4999];

let house: HouseProcess;
beforeAll(async () => {
  house = await startHouseProcess({
    maxMessagesPerSecond: 1_000_000,
    maxFrameBytes: 64_000,
    maxSubscriptionsPerSocket: 50,
  });
});
afterAll(() => house.kill());

/** One socket's life: a row of acts that it must outlive, then perhaps one that it must not. Every case is made of its number alone. */
async function live(first: number, report: (what: string, sent: Buffer) => void): Promise<number> {
  const chance = createChance(SEED + first);
  const raw = await openRawSocket(house.port);
  const sent: Buffer[] = [];
  const act = ({ bytes }: HostileFrames): void => {
    sent.push(bytes);
    raw.write(bytes);
  };
  if (chance.happens(0.9)) raw.write(textFrame('{"type":"hello"}'));
  let count = 0;
  for (let acts = chance.between(1, ACTS); acts > 0; acts -= 1) {
    const frames = makeFrames(chance, true);
    count += frames.count;
    act(frames);
  }
  // A hello that was made by chance opens the socket too, so the answer may be of either kind.
  raw.write(textFrame('{"type":"subscribe","ref":"still there","job":"nothing"}'));
  await raw.until(() => textsOf(raw).some((text) => text.includes('"still there"')), 10_000);
  if (!textsOf(raw).some((text) => text.includes('"still there"')))
    report(raw.closed ? `closed with ${closeCode(raw.frames)}` : 'no answer', Buffer.concat(sent));
  else if (chance.happens(0.5)) {
    const last = makeFrames(chance, false);
    count += last.count;
    act(last);
    if (last.fate === 'fatal') {
      await raw.until(() => closeCode(raw.frames) !== null, 5_000);
      const code = closeCode(raw.frames);
      if (!raw.closed && code === null) report('a breach of the rules was let pass', last.bytes);
      else if (code !== null && !CLOSES.includes(code)) report(`a breach was closed with ${code}`, last.bytes);
    }
  }
  for (const text of textsOf(raw)) {
    const fault = faultOf(text);
    if (fault !== null) report(fault, Buffer.concat(sent));
  }
  if (chance.happens(0.3)) raw.socket.resetAndDestroy();
  else raw.socket.destroy();
  return count;
}

const textsOf = (raw: RawSocket): string[] =>
  raw.frames.flatMap(({ opcode, payload }) => (opcode === 1 ? [payload.toString('utf8')] : []));

/** What is wrong with something that the server said; null: nothing. */
function faultOf(text: string): string | null {
  const leak = leakIn(text, [house.dataDir]);
  if (leak !== null) return leak;
  const read = serverMessageSchema.safeParse(JSON.parse(text));
  if (!read.success) return `not a message: ${text.slice(0, 200)}`;
  if (read.data.type !== 'error') return null;
  const { code } = read.data.error;
  return code === 'internal' || !(code in ERRORS)
    ? `${code satisfies string as ErrorCode}: ${text.slice(0, 200)}`
    : null;
}

it(`RC-SOCKET-2 RC-SOCKET-3: ${FRAMES} hostile frames (seed ${SEED}): what can be answered is answered and closes nothing, breaches close, nothing leaks, memory stays, and jobs are watched afterwards`, {
  timeout: 60_000 + FRAMES * 2,
}, async () => {
  const findings = createFindings('hostile frames');
  const memory = await watchMemory(house);
  let count = 0;
  let next = 0;
  async function liveOn(): Promise<void> {
    while (count < FRAMES && house.ended === null) {
      const index = next;
      next += 1;
      await memory.at(count / FRAMES);
      count += await live(index, (what, sent) => findings.add({ seed: SEED, index }, what, sent));
    }
  }
  await Promise.all(Array.from({ length: SOCKETS }, liveOn));
  recordProof({
    name: 'hostile frames',
    count,
    wrong: findings.count + house.errors.length,
    note: `${next} sockets; ${memory.note()}`,
  });
  expect(house.ended, 'the server ended').toBeNull();
  expect(findings.report()).toBe('');
  expect(house.errors.slice(0, 5)).toEqual([]);
  expect(memory.grownMib()).toBeLessThan(memory.allowedMib);
  await watchedJob();
});

/** The server does what it is for, and holds nothing of those who have gone. */
async function watchedJob(): Promise<void> {
  const wire = await openWire(house.url);
  const { job } = (await call(house.url, '/v1/jobs', { body: rehearsal() })).as(jobAnswerSchema);
  wire.send({ type: 'subscribe', job: job.id });
  await until(async () => (await call(house.url, `/v1/jobs/${job.id}`)).text.includes('"succeeded"'), 'the end');
  wire.close();
  await wire.untilClosed();
  await until(async () => {
    const { connections } = JSON.parse((await call(house.url, '/v1/stats')).text) as {
      connections: { sockets: number };
    };
    return connections.sockets === 0;
  }, 'all sockets gone');
}
