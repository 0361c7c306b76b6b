import type { Chance } from '../../stories/chance.js';
import { breakBytes, mutateText, mutateValue, randomBytes } from './mutate.js';
import { encodeFrame, textFrame } from './raw-socket.js';

/** What one hostile act comes to: the bytes, and what the socket may do about it. */
export interface HostileFrames {
  bytes: Buffer;
  /** How many frames. */
  count: number;
  /** `answered`: the socket must stay open. `fatal`: it must be closed. `either`: it may be. */
  fate: 'answered' | 'fatal' | 'either';
}

const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** Breaches of the rules of frames: each must end the connection. */
const BREACHES: readonly ((chance: Chance) => Buffer)[] = [
  (chance) => encodeFrame({ opcode: TEXT, payload: breakBytes(Buffer.from('{"type":"ping"}'), chance) }),
  (chance) => encodeFrame({ opcode: TEXT, payload: Buffer.from('{}'), reserved: chance.between(1, 7) }),
  (chance) =>
    encodeFrame({ opcode: chance.pick([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]), payload: randomBytes(4, chance) }),
  () => encodeFrame({ opcode: TEXT, payload: Buffer.from('{"type":"ping"}'), masked: false }),
  () => encodeFrame({ opcode: 0, payload: Buffer.from('a continuation of nothing') }),
  () => encodeFrame({ opcode: PING, payload: Buffer.alloc(126) }),
  () => encodeFrame({ opcode: PING, payload: Buffer.alloc(2), fin: false }),
  () => encodeFrame({ opcode: CLOSE, payload: Buffer.alloc(1) }),
  (chance) =>
    encodeFrame({
      opcode: CLOSE,
      payload: closeWith(chance.pick([0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_535])),
    }),
  () => encodeFrame({ opcode: CLOSE, payload: Buffer.concat([closeWith(1000), Buffer.from('ff', 'hex')]) }),
  (chance) => encodeFrame({ opcode: CLOSE, payload: closeWith(chance.pick([1000, 1001, 1008, 3000, 4999])) }),
  () => encodeFrame({ opcode: CLOSE, payload: Buffer.alloc(0) }),
  (chance) =>
    encodeFrame({
      opcode: TEXT,
      payload: Buffer.from('x'),
      claims: chance.pick([1n << 63n, (1n << 64n) - 1n, 1n << 53n, 200_000n]),
    }),
  () =>
    Buffer.concat([
      encodeFrame({ opcode: TEXT, payload: Buffer.from('{"ty'), fin: false }),
      textFrame('{"type":"ping"}'),
    ]),
  () => encodeFrame({ opcode: TEXT, payload: Buffer.alloc(70_000, 'x') }),
  () => {
    const part = (opcode: number, fin: boolean) => encodeFrame({ opcode, payload: Buffer.alloc(30_000, 'y'), fin });
    return Buffer.concat([part(TEXT, false), part(0, false), part(0, true)]);
  },
];

function closeWith(code: number): Buffer {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return payload;
}

/** A message in pieces, with control frames between them, as the rules allow. */
function fragmented(text: string, chance: Chance): HostileFrames {
  const payload = Buffer.from(text);
  const pieces: Buffer[] = [];
  let at = 0;
  const parts = chance.between(2, 5);
  for (let part = 0; part < parts; part += 1) {
    const end = part === parts - 1 ? payload.length : chance.between(at, payload.length);
    pieces.push(
      encodeFrame({ opcode: part === 0 ? TEXT : 0, payload: payload.subarray(at, end), fin: part === parts - 1 }),
    );
    if (chance.happens(0.4))
      pieces.push(
        encodeFrame({ opcode: chance.pick([PING, PONG]), payload: randomBytes(chance.between(0, 125), chance) }),
      );
    at = end;
  }
  return { bytes: Buffer.concat(pieces), count: pieces.length, fate: 'answered' };
}

/**
 * Makes one hostile act. `gentle`: one that leaves the connection open, so that more can follow. `message` draws what a
 * client may say, most of the time about something that does not exist: what exists is watched by others.
 */
export function makeFrames(chance: Chance, gentle: boolean, message: (chance: Chance) => unknown): HostileFrames {
  if (!gentle) {
    const breach = BREACHES[chance.between(0, BREACHES.length - 1)];
    if (breach !== undefined && chance.happens(0.8)) return { bytes: breach(chance), count: 1, fate: 'fatal' };
    const cut = textFrame(JSON.stringify(message(chance)));
    const bytes = chance.happens(0.5)
      ? cut.subarray(0, chance.between(1, cut.length - 1))
      : randomBytes(chance.between(1, 300), chance);
    return { bytes, count: 1, fate: 'either' };
  }
  const one = (bytes: Buffer): HostileFrames => ({ bytes, count: 1, fate: 'answered' });
  const choice = chance.between(0, 19);
  if (choice === 0) return one(encodeFrame({ opcode: BINARY, payload: randomBytes(chance.between(0, 200), chance) }));
  if (choice === 1) return one(encodeFrame({ opcode: PING, payload: randomBytes(chance.between(0, 125), chance) }));
  // A pong that nobody asked for; eight bytes are what the server itself sends and believes.
  if (choice === 2)
    return one(encodeFrame({ opcode: PONG, payload: randomBytes(chance.pick([0, 8, 8, 9, 125]), chance) }));
  if (choice === 3)
    return one(encodeFrame({ opcode: TEXT, payload: Buffer.from(JSON.stringify(message(chance))), long: true }));
  const value = message(chance);
  const text = JSON.stringify(choice < 12 ? mutateValue(value, chance) : value) ?? 'null';
  if (choice === 4 || choice === 5) return fragmented(text.slice(0, 30_000), chance);
  if (choice > 14) return one(textFrame(mutateText(text, chance).slice(0, 30_000)));
  return one(textFrame(text.slice(0, 30_000)));
}
