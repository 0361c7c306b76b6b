import fc from 'fast-check';
import { expect } from 'vitest';
import type { Frame } from '../dialect.js';
import type { Check, DialectExam, SocketExam } from './exam.contract.js';
import { endOf, FULL_PLAN, type History, historyOf, planArbitrary } from './histories.contract.js';
import { createScriptedHouse, type DrivenSocket, type ScriptedHouse } from './house.contract.js';

const RUNS = { numRuns: 60 };
/** So long a client is silent after it has said its part: some dialects wait for what it says first. */
const A_MOMENT_MS = 1_000;
/** Close codes that an endpoint may send: the registered ones that are not reserved, and those for applications. */
const maySend = (code: number) =>
  code === 1000 ||
  (code >= 1001 && code <= 1014 && ![1004, 1005, 1006].includes(code)) ||
  (code >= 3000 && code <= 4999);

export const sessionChecks: readonly Check[] = [
  {
    title: 'the conversation of each socket leads to following the job',
    run: (exam) =>
      forSockets(exam, async (socketExam) => {
        const { house, socket } = await talked(exam, socketExam, fullLife(exam), 1);
        expect(socket.following, socketExam.named).toBeGreaterThan(0);
        expect(socket.closed, socketExam.named).toBeNull();
        house.verbs.end();
      }),
  },
  {
    title: 'a socket that stays open hears the end exactly once, whenever it came, and no level after it',
    run: (exam) =>
      forSockets(exam, (socketExam) =>
        fc.assert(
          fc.asyncProperty(planArbitrary(exam.kinds), fc.nat(), async (plan, cut) => {
            const history = historyOf(plan);
            const { house, socket } = await talked(exam, socketExam, history, joinAt(socketExam, history, cut));
            await house.liveTo(history.steps.length);
            await house.verbs.settle();
            const meanings = socket.frames.map((frame) => exam.read(frame));
            expect(meanings.filter(({ end }) => end)).toHaveLength(1);
            const end = meanings.findIndex((meaning) => meaning.end);
            expect(meanings.slice(end + 1).filter(({ level }) => level)).toEqual([]);
          }),
          RUNS,
        ),
      ),
  },
  {
    title: 'a socket closes after the end or stays open, as the dialect says, and never earlier',
    run: (exam) =>
      forSockets(exam, (socketExam) =>
        fc.assert(
          fc.asyncProperty(planArbitrary(exam.kinds), async (plan) => {
            const history = historyOf(plan);
            const { house, socket } = await talked(exam, socketExam, history, 1);
            await house.liveTo(endOf(history));
            expect(socket.closed).toBeNull();
            await house.liveTo(history.steps.length);
            await house.verbs.settle();
            expect(socket.closed?.code ?? null).toBe(socketExam.closesAfterEnd);
          }),
          RUNS,
        ),
      ),
  },
  {
    title: 'joining at any point leads to the same as having heard everything',
    async run(exam) {
      const { observe } = exam;
      if (observe === undefined) return;
      await forSockets(exam, (socketExam) =>
        fc.assert(
          fc.asyncProperty(planArbitrary(exam.kinds), fc.nat(), async (plan, cut) => {
            const history = historyOf(plan);
            const heard = async (join: number): Promise<readonly Frame[]> => {
              const { house, socket } = await talked(exam, socketExam, history, join);
              await house.liveTo(history.steps.length);
              return socket.frames;
            };
            const whole = observe(await heard(0));
            expect(observe(await heard(joinAt(socketExam, history, cut)))).toEqual(whole);
          }),
          RUNS,
        ),
      );
    },
  },
  {
    title: 'garbage never makes a session throw, and closes it only where the dialect says so',
    run: (exam) =>
      forSockets(exam, (socketExam) =>
        fc.assert(
          fc.asyncProperty(garbage(socketExam), garbage(socketExam), async (before, after) => {
            const house = createScriptedHouse(fullLife(exam));
            await house.liveTo(1);
            const socket = await house.connect(settingOf(exam, socketExam));
            for (const data of before) await sayIfOpen(socket, data);
            if (!socketExam.garbageCloses.before) expect(socket.closed).toBeNull();
            // What it could not understand has not changed what it understands.
            for (const data of socketExam.conversation) await sayIfOpen(socket, data);
            if (!socketExam.garbageCloses.before) expect(socket.following).toBeGreaterThan(0);
            for (const data of after) await sayIfOpen(socket, data);
            if (!socketExam.garbageCloses.before && !socketExam.garbageCloses.after) expect(socket.closed).toBeNull();
            if (socket.closed !== null) expect(maySend(socket.closed.code)).toBe(true);
            house.verbs.end();
          }),
          RUNS,
        ),
      ),
  },
  {
    title: 'going down says goodbye first and then closes, once',
    run: (exam) =>
      forSockets(exam, async (socketExam) => {
        const { house, socket } = await talked(exam, socketExam, fullLife(exam), 1);
        const before = socket.effects.length;
        await socket.drain(2_000);
        const last = socket.effects.slice(before);
        const goodbye = last.findIndex((effect) => effect.do === 'send' && exam.isGoodbye(effect.frame));
        const close = last.findIndex((effect) => effect.do === 'close');
        expect(goodbye, `${socketExam.named} says goodbye`).toBeGreaterThanOrEqual(0);
        expect(close, `${socketExam.named} closes after it`).toBeGreaterThan(goodbye);
        expect(maySend(socket.closed?.code ?? 0)).toBe(true);
        await socket.say('{}');
        await socket.pass(3_600_000);
        await socket.drain(2_000);
        expect(socket.effects.slice(before)).toEqual(last);
        house.verbs.end();
      }),
  },
  {
    title: 'a socket that only waits never asks to be woken in the past, and lives through an hour of silence',
    run: (exam) =>
      forSockets(exam, async (socketExam) => {
        const { house, socket } = await talked(exam, socketExam, fullLife(exam), 1);
        for (let minute = 0; minute < 60; minute += 1) await socket.pass(60_000);
        expect(socket.closed).toBeNull();
        house.verbs.end();
      }),
  },
];

/** A life with everything in it, of a kind that the dialect knows. */
function fullLife({ kinds }: DialectExam): History {
  return historyOf({ ...FULL_PLAN, kind: kinds?.[0] ?? FULL_PLAN.kind });
}

async function forSockets(exam: DialectExam, judge: (socketExam: SocketExam) => void | Promise<void>): Promise<void> {
  for (const socketExam of exam.sockets) await judge(socketExam);
}

function settingOf(exam: DialectExam, socketExam: SocketExam) {
  const { socket, params, query, authenticated } = socketExam;
  return {
    dialect: exam.dialect,
    socket,
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { query }),
    ...(authenticated === undefined ? {} : { authenticated }),
  };
}

/** A socket that has said its part when the job had lived to this step. */
async function talked(
  exam: DialectExam,
  socketExam: SocketExam,
  history: History,
  step: number,
): Promise<{ house: ScriptedHouse; socket: DrivenSocket }> {
  const house = createScriptedHouse(history);
  await house.liveTo(socketExam.submits ? 1 : step);
  const socket = await house.connect(settingOf(exam, socketExam));
  for (const data of socketExam.conversation) await socket.say(data);
  await socket.pass(A_MOMENT_MS);
  return { house, socket };
}

/**
 * Anywhere in the job's life, before its first fact included; a conversation that makes the job is there from the
 * start, and one that closes after the end knows nothing of what comes later.
 */
function joinAt(socketExam: SocketExam, history: History, cut: number): number {
  if (socketExam.submits) return 1;
  const last = socketExam.closesAfterEnd === null ? history.steps.length : endOf(history) + 1;
  return cut % (last + 1);
}

async function sayIfOpen(socket: DrivenSocket, data: string | Uint8Array): Promise<void> {
  if (socket.closed === null) await socket.say(data);
}

/**
 * What nobody should send: bytes, text, JSON of every shape, and the dialect's own messages with a wrong type, a
 * wrong value or half of them missing.
 */
function garbage({ conversation }: SocketExam): fc.Arbitrary<(string | Uint8Array)[]> {
  const texts = conversation.filter((data) => typeof data === 'string');
  const keys = [...new Set(['type', '__proto__', ...texts.flatMap((text) => Object.keys(JSON.parse(text) as object))])];
  const nearMiss = fc.dictionary(
    fc.constantFrom(...keys),
    fc.oneof(fc.constant(Symbol.iterator.toString()), fc.nat(), fc.jsonValue()),
  );
  const half =
    texts.length === 0
      ? fc.string()
      : fc.constantFrom(...texts).chain((text) => fc.nat(text.length - 1).map((at) => text.slice(0, at)));
  const one: fc.Arbitrary<string | Uint8Array> = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.uint8Array(),
    fc.json(),
    fc.constantFrom(
      '',
      ' ',
      'null',
      '[]',
      '0',
      '"hello"',
      '{}',
      '{"type":null}',
      '{"type":"__proto__"}',
      '\ud800',
      '{"type":"constructor"}',
    ),
    half,
    nearMiss.map((value) => JSON.stringify(value)),
  );
  return fc.array(one, { maxLength: 12 });
}
