import { type Chance, createChance } from '../../stories/chance.js';
import { type HostileFrames, makeFrames } from './frames.js';
import type { Front } from './fronts.js';
import { leakIn } from './leaks.js';
import { closeCode, encodeFrame, openRawSocket, type RawSocket, textFrame } from './raw-socket.js';

/** Hostile acts on one socket before its last. */
const ACTS = 60;
/** Codes that a server closes a socket with when the peer broke the rules, or that answer the peer's own close. */
const CLOSES = [1000, 1001, 1002, 1003, 1005, 1007, 1008, 1009, 3000, 4401, 4429, 4999];
const PING = 9;
const PONG = 10;

/** Where a hostile socket is opened, and who is told what it found wrong. */
export interface Scene {
  port: number;
  /** What no text may hold. */
  secrets: readonly string[];
  report(what: string, sent: Buffer): void;
}

/**
 * One socket's life: a row of acts that it must outlive, then perhaps one that it must not. Every case is made of its
 * seed alone. Answers how many frames were sent.
 */
export async function liveHostileLife(scene: Scene, front: Front, seed: number): Promise<number> {
  const life = await openLife(scene, front, createChance(seed));
  await (front.probe === null ? sayOnce(life) : holdOut(life, front.probe));
  if (life.chance.happens(0.3)) life.raw.socket.resetAndDestroy();
  else life.raw.socket.destroy();
  return life.count();
}

/** A socket, what was sent on it, and what was heard. */
interface Life {
  front: Front;
  chance: Chance;
  raw: RawSocket;
  texts: readonly string[];
  act(frames: HostileFrames): void;
  report(what: string, sent?: Buffer): void;
  count(): number;
}

async function openLife(scene: Scene, front: Front, chance: Chance): Promise<Life> {
  const sent: Buffer[] = [];
  const texts: string[] = [];
  let count = 0;
  const { subprotocol, opening } = front;
  const report = (what: string, bytes?: Buffer): void =>
    scene.report(`${front.dialect.name}: ${what}`, bytes ?? Buffer.concat(sent));
  const address = front.address(chance);
  const onText = (text: string): void => {
    texts.push(text);
    const fault = leakIn(text, scene.secrets) ?? front.fault(text);
    if (fault !== null) report(fault);
  };
  const raw = await openRawSocket(scene.port, { address, subprotocol, onText });
  const act = ({ bytes, count: frames }: HostileFrames): void => {
    count += frames;
    sent.push(bytes);
    raw.write(bytes);
  };
  if (raw.closed) report(`no socket at ${address}`);
  if (opening !== null && chance.happens(0.9)) raw.write(textFrame(opening));
  return { front, chance, raw, texts, act, report, count: () => count };
}

const gentle = ({ chance, front }: Life): HostileFrames => makeFrames(chance, true, front.message);

/** A socket that answers whatever comes, until somebody breaks the rules of frames. */
async function holdOut(life: Life, { question, isAnswer }: NonNullable<Front['probe']>): Promise<void> {
  const { chance, raw, texts } = life;
  for (let acts = chance.between(1, ACTS); acts > 0; acts -= 1) life.act(gentle(life));
  await passed(raw, 1);
  const before = texts.length;
  raw.write(textFrame(question));
  await raw.until(() => texts.slice(before).some(isAnswer), 10_000);
  if (!texts.slice(before).some(isAnswer)) life.report(raw.closed ? closing(raw) : 'no answer');
  else if (chance.happens(0.5)) await breakRules(life);
}

/** A socket that takes one message, and says what comes of it before it closes. */
async function sayOnce(life: Life): Promise<void> {
  const { chance, raw, texts } = life;
  await raw.until(() => texts.length > 0, 10_000);
  if (texts.length === 0) return life.report('no word at the opening');
  if (chance.happens(0.1)) return breakRules(life);
  // What comes after the first message is passed over, also where it comes at once.
  for (let acts = chance.happens(0.3) ? chance.between(2, 6) : 1; acts > 0; acts -= 1) life.act(gentle(life));
  // Among them may be none that is a message: then this is it.
  life.act({ bytes: textFrame('neither'), count: 1, fate: 'answered' });
  await raw.until(() => closeCode(raw.frames) !== null, 10_000);
  const last = JSON.parse(texts.at(-1) ?? '{}') as { type?: unknown };
  if (closeCode(raw.frames) !== 1000) life.report(`not closed with 1000: ${closing(raw)}`);
  else if (last.type !== 'error' && last.type !== 'result') life.report(`the last word was ${texts.at(-1)}`);
}

/** One act that no socket may outlive. */
async function breakRules(life: Life): Promise<void> {
  const { chance, front, raw } = life;
  const last = makeFrames(chance, false, front.message);
  life.act(last);
  if (last.fate !== 'fatal') return;
  await raw.until(() => closeCode(raw.frames) !== null, 5_000);
  const code = closeCode(raw.frames);
  if (!raw.closed && code === null) life.report('a breach of the rules was let pass', last.bytes);
  else if (code !== null && !CLOSES.includes(code)) life.report(`a breach was closed with ${code}`, last.bytes);
}

/** Waits until everything sent so far was read: a ping of our own has come back. */
async function passed(raw: RawSocket, mark: number): Promise<void> {
  const payload = Buffer.alloc(13, mark);
  raw.write(encodeFrame({ opcode: PING, payload }));
  const isBack = (): boolean => raw.frames.some((frame) => frame.opcode === PONG && frame.payload.equals(payload));
  await raw.until(isBack, 10_000);
}

const closing = (raw: RawSocket): string =>
  raw.closed || closeCode(raw.frames) !== null ? `closed with ${closeCode(raw.frames)}` : 'left open';
