import { isTerminal } from '@rendercast/protocol';
import { jobAnswerSchema, pollPageSchema, type ServerMessage } from '@rendercast/protocol/dialects/native/index';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, rehearsal, startHouse, until } from './support/house.js';
import { openWire } from './support/socket.js';

let house: House;
let epoch: string;
beforeAll(async () => {
  house = await startHouse();
  const page = (await house.call('/v1/events?wait=0')).as(pollPageSchema);
  epoch = page.position.split(':')[0] ?? '';
});
afterAll(() => house.stop());

async function make(id: string): Promise<void> {
  const answer = await house.call('/v1/jobs', { body: rehearsal({}, { id }) });
  answer.as(jobAnswerSchema);
}

const seqsOf = (messages: readonly ServerMessage[]): number[] =>
  messages.flatMap((message) => (message.type === 'event' ? [message.fact.seq] : []));
const isEnd = (message: ServerMessage): boolean => message.type === 'event' && isTerminal(message.fact);

/** Facts from the first on, without gaps, to an end. */
function expectWhole(messages: readonly ServerMessage[]): void {
  const seqs = seqsOf(messages);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  expect(messages.some(isEnd)).toBe(true);
}

/** Positions in a job that was never made, and what is said to them; null: nothing was missed. */
const POSITIONS = [
  ['ahead', 'ahead', () => `${epoch}:7`],
  ['of another epoch', 'epoch', () => 'another:7'],
  ['malformed', 'malformed', () => 'no position'],
  ['at its start', null, () => `${epoch}:0`],
] as const;

describe('a position in a job that does not exist', () => {
  it.each(POSITIONS)('RC-RESET-1: %s, over a WebSocket', async (name, reason, position) => {
    const id = `socket ${name}`.replaceAll(' ', '-');
    const wire = await openWire(house.url);
    wire.send({ type: 'subscribe', job: id, position: position() });
    await wire.next('subscribed');
    if (reason !== null) expect(await wire.next('reset')).toMatchObject({ reason, snapshot: null });
    await make(id);
    await wire.next('event', ({ fact }) => isTerminal(fact));
    expect(wire.messages.filter(({ type }) => type === 'reset')).toHaveLength(reason === null ? 0 : 1);
    expectWhole(wire.messages);
    wire.close();
  });

  it.each(POSITIONS)('RC-RESET-1: %s, over Server-Sent Events', async (name, reason, position) => {
    const id = `stream ${name}`.replaceAll(' ', '-');
    const dropping = new AbortController();
    const response = await fetch(`${house.url}/v1/jobs/${id}/events`, {
      signal: dropping.signal,
      headers: { 'last-event-id': position() },
    });
    const heard: ServerMessage[] = [];
    const read = async (): Promise<void> => {
      const events = response.body?.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
      for await (const { data } of (events ?? []) as AsyncIterable<{ data: string }>) {
        heard.push(JSON.parse(data) as ServerMessage);
        if (heard.some(isEnd)) return;
      }
    };
    const reading = read();
    await until(async () => (await house.call('/v1/stats')).text.includes('"streams":1'), 'the stream');
    await make(id);
    await reading;
    dropping.abort();
    if (reason === null) expect(heard.filter(({ type }) => type === 'reset')).toEqual([]);
    else expect(heard[0]).toMatchObject({ type: 'reset', reason, snapshot: null });
    expectWhole(heard);
    await until(async () => (await house.call('/v1/stats')).text.includes('"streams":0'), 'the stream gone');
  });

  it.each(POSITIONS)('RC-RESET-1: %s, over long-poll', async (name, reason, position) => {
    const id = `poll ${name}`.replaceAll(' ', '-');
    const poll = async (from: string, waitMs: number) => {
      const path = `/v1/jobs/${id}/events?wait=${waitMs}&position=${encodeURIComponent(from)}`;
      return (await house.call(path)).as(pollPageSchema);
    };
    let page = await poll(position(), 0);
    expect([page.reset, page.snapshot]).toEqual([reason, null]);
    await make(id);
    const messages: ServerMessage[] = [];
    while (!messages.some(isEnd)) {
      page = await poll(page.position, 5_000);
      expect(page.reset).toBeNull();
      messages.push(...page.messages);
    }
    expectWhole(messages);
  });
});
