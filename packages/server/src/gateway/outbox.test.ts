import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFlusher, type Flusher } from '../events/flusher.js';
import { createOutbox } from './outbox.js';
import { encodePing, encodeWebSocketFrame, readPong } from './websocket-frame.js';

let flusher: Flusher;
let near: Socket;
let far: Socket;
let stop: () => Promise<void>;

beforeEach(async () => {
  flusher = createFlusher();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  far = connect((server.address() as AddressInfo).port, '127.0.0.1');
  near = await accepted;
  stop = async () => {
    near.destroy();
    far.destroy();
    flusher.close();
    await new Promise((resolve) => server.close(resolve));
  };
});
afterEach(() => stop());

const outboxOf = (windowBytes: number, overflowed = () => undefined) =>
  createOutbox({ socket: near, flusher, windowBytes, overflowed, monotonicMs: () => nowMs });
let nowMs = 0;
const pongOf = (sentBytes: number, sentAtMs = nowMs): Buffer => encodePing({ sentBytes, sentAtMs }).subarray(2);

it('sends everything of one turn in one write', async () => {
  const outbox = outboxOf(1_000_000);
  let writes = 0;
  const { write } = near;
  near.write = ((...args: Parameters<typeof write>) => {
    writes += 1;
    return write.apply(near, args);
  }) as typeof write;
  for (const text of ['a', 'b', 'c']) outbox.push(encodeWebSocketFrame(text));
  const received = await new Promise<Buffer>((resolve) => far.once('data', resolve));
  expect(writes).toBe(1);
  const ping = encodePing({ sentBytes: 9, sentAtMs: nowMs });
  expect([...received]).toEqual([0x81, 1, 97, 0x81, 1, 98, 0x81, 1, 99, ...ping]);
});

it('is blocked by bytes that the peer has not answered for, and ready again when it has', async () => {
  const outbox = outboxOf(100);
  outbox.push(Buffer.alloc(150));
  expect(outbox.blocked()).toBe(true);
  let ready = 0;
  outbox.whenReady(() => {
    ready += 1;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(ready).toBe(0);
  outbox.pong(pongOf(150));
  expect(outbox.blocked()).toBe(false);
  expect(ready).toBe(1);
});

it('believes no pong of bytes that were never sent, and none that goes back', () => {
  const outbox = outboxOf(100);
  outbox.push(Buffer.alloc(150));
  outbox.pong(pongOf(1e9));
  outbox.pong(pongOf(Number.NaN));
  outbox.pong(Buffer.from('hi'));
  expect(outbox.blocked()).toBe(true);
});

it('cuts off a peer that asks and asks and never reads', () => {
  let cut = 0;
  const outbox = outboxOf(100, () => {
    cut += 1;
  });
  for (let n = 0; n < 50; n += 1) outbox.push(Buffer.alloc(10));
  expect(cut).toBe(1);
});

it('lets one frame pass that is larger than all windows, and is ready again when it was read', async () => {
  let cut = 0;
  const outbox = outboxOf(100, () => {
    cut += 1;
  });
  outbox.push(Buffer.alloc(5_000));
  expect([cut, outbox.blocked()]).toEqual([0, true]);
  outbox.pong(pongOf(5_000));
  expect(outbox.blocked()).toBe(false);
});

it('lets less on the way where answers take longer and longer, above all of previews, and more again once they do not', () => {
  const outbox = outboxOf(256_000);
  let sentBytes = 0;
  /** Sends until the window is full; answers how much that was. */
  const fill = (): number => {
    const before = sentBytes;
    while (!outbox.blocked()) {
      outbox.push(Buffer.alloc(1_000));
      sentBytes += 1_000;
    }
    return sentBytes - before;
  };
  outbox.push(Buffer.alloc(100));
  sentBytes += 100;
  outbox.pong(pongOf(sentBytes, nowMs - 20)); // the line itself takes 20 ms
  expect(fill()).toBeGreaterThan(255_000);
  for (let answers = 0; answers < 12; answers += 1) {
    nowMs += 1_000;
    outbox.pong(pongOf(sentBytes, nowMs - 1_000));
    fill();
  }
  nowMs += 30;
  outbox.pong(pongOf(sentBytes, nowMs - 30));
  expect(fill()).toBeLessThanOrEqual(34_000);
  expect(outbox.previewBytes()).toBe(0);
  outbox.pong(pongOf(sentBytes, nowMs - 60));
  expect(outbox.previewBytes()).toBeLessThan(4_000);
  for (let answers = 0; answers < 40; answers += 1) {
    outbox.pong(pongOf(sentBytes, nowMs - 25));
    fill();
  }
  outbox.pong(pongOf(sentBytes, nowMs - 25));
  expect(outbox.previewBytes()).toBeNull();
  expect(fill()).toBeGreaterThan(255_000);
  expect(outbox.previewBytes()).toBe(0);
});

it('frames any length as RFC 6455 says', () => {
  for (const length of [0, 125, 126, 65_535, 65_536]) {
    const frame = encodeWebSocketFrame(new Uint8Array(length));
    expect(frame[0]).toBe(0x82);
    const headBytes = length < 126 ? 2 : length < 65_536 ? 4 : 10;
    expect(frame.length).toBe(headBytes + length);
    if (headBytes === 4) expect(frame.readUInt16BE(2)).toBe(length);
    if (headBytes === 10) expect(frame.readBigUInt64BE(2)).toBe(BigInt(length));
  }
  expect(readPong(pongOf(12_345, 6.5))).toEqual({ sentBytes: 12_345, sentAtMs: 6.5 });
});
