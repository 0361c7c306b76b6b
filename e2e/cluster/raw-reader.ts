import { type Fact, isTerminal } from '@rendercast/protocol';
import { pollPageSchema, type ServerMessage, serverMessageSchema } from '@rendercast/protocol/dialects/native/index';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { call, until } from '../support/house.js';
import { openWire } from '../support/socket.js';

export const WAYS = ['websocket', 'sse', 'poll'] as const;
export type Way = (typeof WAYS)[number];

/** A fact as it was heard. */
export interface HeardFact {
  fact: Fact;
  /** Where its reader stands after it. */
  position: string;
  /** By the monotonic clock of this process. */
  atMs: number;
}

/** Somebody who reads one job at one gateway, without an SDK that would help it. */
export interface RawReader {
  readonly facts: readonly HeardFact[];
  readonly resets: readonly string[];
  /** Waits until so many facts were heard. */
  heard(count: number): Promise<void>;
  /** Waits for the end of the job. */
  ended(): Promise<HeardFact>;
  leave(): Promise<void>;
}

/** Starts to read. Without a position: from the first fact. */
export async function readAt(
  way: Way,
  url: string,
  jobId: string,
  options: { position: string; key?: string },
): Promise<RawReader> {
  const facts: HeardFact[] = [];
  const resets: string[] = [];
  const hear = (message: ServerMessage): void => {
    if (message.type === 'reset') resets.push(message.reason);
    if (message.type === 'event')
      facts.push({ fact: message.fact, position: message.position, atMs: performance.now() });
  };
  const leave = await OPEN[way]({ url, jobId, ...options }, hear, (reason) => resets.push(reason));
  return {
    facts,
    resets,
    heard: (count) => until(() => facts.length >= count, `${count} facts over ${way}`, 30_000).then(() => undefined),
    ended: () => until(() => facts.find(({ fact }) => isTerminal(fact)), `the end over ${way}`, 30_000),
    leave,
  };
}

interface Place {
  url: string;
  jobId: string;
  position: string;
  key?: string;
}
type Open = (
  place: Place,
  hear: (message: ServerMessage) => void,
  reset: (reason: string) => void,
) => Promise<() => Promise<void>>;

const OPEN: Record<Way, Open> = { websocket: openSocket, sse: openStream, poll: openPolls };

async function openSocket({ url, jobId, position, key }: Place, hear: (message: ServerMessage) => void) {
  const wire = await openWire(url, key === undefined ? {} : { token: key });
  wire.socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) hear(serverMessageSchema.parse(JSON.parse(data.toString())));
  });
  wire.send({ type: 'subscribe', job: jobId, position });
  return async () => {
    wire.close();
    await wire.untilClosed();
  };
}

async function openStream({ url, jobId, position, key }: Place, hear: (message: ServerMessage) => void) {
  const leaving = new AbortController();
  const response = await fetch(`${url}/v1/jobs/${jobId}/events`, {
    signal: leaving.signal,
    headers: { 'last-event-id': position, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
  });
  const events = response.body?.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  const reading = (async () => {
    for await (const { data } of (events ?? []) as AsyncIterable<{ data: string }>)
      hear(serverMessageSchema.parse(JSON.parse(data)));
  })().catch(() => undefined); // left, or cut: what is missing is missed by the test
  return async () => {
    leaving.abort();
    await reading;
  };
}

async function openPolls(
  { url, jobId, position, key }: Place,
  hear: (message: ServerMessage) => void,
  reset: (reason: string) => void,
) {
  let at = position;
  let left = false;
  const reading = (async () => {
    while (!left) {
      const path = `/v1/jobs/${jobId}/events?wait=1000&levels=false&position=${encodeURIComponent(at)}`;
      const page = (await call(url, path, key === undefined ? {} : { key })).as(pollPageSchema);
      if (page.reset !== null) reset(page.reset);
      for (const message of page.messages) hear(message);
      at = page.position;
    }
  })().catch(() => undefined); // as above
  return async () => {
    left = true;
    await reading;
  };
}
