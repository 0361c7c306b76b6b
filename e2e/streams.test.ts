import { isTerminal } from '@rendercast/protocol';
import {
  jobAnswerSchema,
  type PollPage,
  pollPageSchema,
  type ServerMessage,
} from '@rendercast/protocol/dialects/native/index';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, rehearsal, startHouse, until } from './support/house.js';

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.stop());

async function submit(body: unknown): Promise<string> {
  const answer = await house.call('/v1/jobs', { body });
  expect(answer.status, answer.text).toBe(201);
  return answer.as(jobAnswerSchema).job.id;
}

interface Heard {
  id: string | undefined;
  event: string | undefined;
  message: ServerMessage;
}

/** Reads a stream until a message fits, then drops the line. */
async function listen(path: string, lastEventId: string | null, isLast: (heard: Heard) => boolean): Promise<Heard[]> {
  const dropping = new AbortController();
  const response = await fetch(`${house.url}${path}`, {
    signal: dropping.signal,
    headers: { accept: 'text/event-stream', ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }) },
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const heard: Heard[] = [];
  const events = response.body?.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  if (events === undefined) throw new Error('the stream has no body');
  for await (const { id, event, data } of events as unknown as AsyncIterable<{
    id?: string;
    event?: string;
    data: string;
  }>) {
    const one = { id, event, message: JSON.parse(data) as ServerMessage };
    heard.push(one);
    if (isLast(one)) break;
  }
  dropping.abort();
  return heard;
}

const isEnd = ({ message }: Heard): boolean => message.type === 'event' && isTerminal(message.fact);
const seqs = (heard: readonly Heard[]): number[] =>
  heard.flatMap(({ message }) => (message.type === 'event' ? [message.fact.seq] : []));

describe('a stream of events (SSE)', () => {
  it('RC-SSE-2: opens with a snapshot and goes on to the end', async () => {
    const id = await submit(rehearsal({ steps: 5 }));
    const heard = await listen(`/v1/jobs/${id}/events`, null, isEnd);
    expect(heard[0]?.event).toBe('snapshot');
    const [opening] = heard;
    const start = opening?.message.type === 'snapshot' ? (opening.message.snapshot?.job.seq ?? 0) : -1;
    expect(seqs(heard)).toEqual(seqs(heard).map((_, index) => start + 1 + index));
  });

  it('RC-SSE-3 RC-RESUME-1 RC-POSITION-1: goes on after Last-Event-ID, cut at every event', async () => {
    const id = await submit(rehearsal({ steps: 5 }));
    const whole = await listen(`/v1/jobs/${id}/events`, null, isEnd);
    const epoch = whole[0]?.id?.split(':')[0] ?? '';
    const all: number[] = [];
    let position = `${epoch}:0`;
    for (;;) {
      const [one] = (
        await listen(`/v1/jobs/${id}/events?levels=false`, position, ({ message }) => message.type === 'event')
      ).slice(-1);
      if (one === undefined) throw new Error('heard nothing');
      all.push(...seqs([one]));
      position = one.id ?? '';
      if (isEnd(one)) break;
    }
    expect(all).toEqual(all.map((_, index) => index + 1));
    expect(all.length).toBeGreaterThanOrEqual(5);
  });

  it('waits for a job that does not exist yet', async () => {
    const listening = listen('/v1/jobs/stream-unborn/events', null, isEnd);
    await until(async () => (await house.call('/v1/stats')).text.includes('"streams":1'), 'the stream');
    await submit(rehearsal({}, { id: 'stream-unborn' }));
    const heard = await listening;
    expect(seqs(heard)[0]).toBe(1);
  });

  it('follows a feed, resumable by its cursor', async () => {
    const first = listen('/v1/events?tag=sse-feed', null, isEnd);
    await until(async () => (await house.call('/v1/stats')).text.includes('"streams":1'), 'the stream');
    await submit(rehearsal({}, { tags: ['sse-feed'] }));
    const heard = await first;
    const middle = heard.findIndex(({ message }) => message.type === 'event' && message.fact.type === 'started');
    const rest = await listen('/v1/events?tag=sse-feed', heard[middle]?.id ?? '', isEnd);
    expect(seqs(rest)).toEqual(seqs(heard.slice(middle + 1)));
  });

  it('RC-SSE-4: breaks its silence with a comment at every heartbeat', async () => {
    const own = await startHouse({ heartbeatMs: 40 });
    const dropping = new AbortController();
    const response = await fetch(`${own.url}/v1/jobs/silent/events`, { signal: dropping.signal });
    const text = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let heard = '';
    while (heard.split('\n:').length < 4) heard += (await text?.read())?.value ?? '';
    expect(heard).toMatch(/^(?:: .+\n\n|id: .+\nevent: snapshot\ndata: .+\n\n)+$/);
    dropping.abort();
    await own.stop();
  });

  it('RC-RESET-1: says reset and brings a snapshot for a position of another epoch', async () => {
    const id = await submit(rehearsal());
    const heard = await listen(`/v1/jobs/${id}/events`, 'gone:3', ({ event }) => event === 'reset');
    expect(heard[0]?.message).toMatchObject({ type: 'reset', reason: 'epoch' });
  });
});

describe('a long-poll', () => {
  const poll = async (id: string, query: string): Promise<PollPage> => {
    const answer = await house.call(`/v1/jobs/${id}/events?${query}`);
    expect(answer.status, answer.text).toBe(200);
    return answer.as(pollPageSchema);
  };

  it('RC-POLL-1 RC-POLL-2: answers at once with a snapshot, then with what is new, until the end, each fact once', async () => {
    const id = await submit(rehearsal({ steps: 6, stepMs: 15 }));
    let page = await poll(id, 'wait=10000');
    let seq = page.snapshot?.job.seq ?? 0;
    let levels = 0;
    for (let ended = false; !ended; ) {
      page = await poll(
        id,
        `wait=10000&position=${page.position}&levelStamp=${page.levelStamp ?? ''}`
          .replace('&levelStamp=&', '&')
          .replace(/&levelStamp=$/, ''),
      );
      expect(page.messages.length).toBeGreaterThan(0);
      for (const message of page.messages) {
        if (message.type === 'level') levels += 1;
        if (message.type !== 'event') continue;
        seq += 1;
        expect(message.fact.seq).toBe(seq);
        ended ||= isTerminal(message.fact);
      }
    }
    expect(levels).toBeGreaterThan(1);
  });

  it('RC-POLL-1: waits no longer than asked when nothing happens, and answers empty', async () => {
    const id = await submit(rehearsal({ hangAtStep: 1 }));
    await until(async () => (await house.call(`/v1/jobs/${id}`)).text.includes('"stage":"base_model"'), 'the stage');
    let page = await poll(id, 'wait=1');
    // Whatever was still on its way is heard first; then there is silence.
    const quiet = await until(async () => {
      page = await poll(
        id,
        `wait=60&position=${page.position}${page.levelStamp === null ? '' : `&levelStamp=${page.levelStamp}`}`,
      );
      return page.messages.length === 0 && page;
    }, 'silence');
    expect(quiet.messages).toEqual([]);
    await house.call(`/v1/jobs/${id}/cancel`, { method: 'POST' });
    const news = await poll(id, `wait=10000&position=${quiet.position}`);
    expect(news.messages[0]?.type).toBe('event');
  });

  it('waits for a job that does not exist yet', async () => {
    const polling = poll('poll-unborn', 'wait=10000');
    await until(async () => (await house.call('/v1/jobs/poll-unborn')).code === 'not_found', 'the server');
    await submit(rehearsal({}, { id: 'poll-unborn' }));
    const page = await polling;
    expect(page.messages[0]).toMatchObject({ type: 'event', fact: { seq: 1, type: 'queued' } });
  });
});

it('RC-SSE-1 RC-SSE-4: a heartbeat never comes before the head of a stream', async () => {
  const restless = await startHouse({ heartbeatMs: 1 });
  for (let round = 0; round < 40; round += 1) {
    const streams = await Promise.all([1, 2, 3, 4].map((n) => fetch(`${restless.url}/v1/jobs/unborn-${n}/events`)));
    const types = streams.map(({ headers }) => headers.get('content-type'));
    for (const { body } of streams) await body?.cancel();
    expect(new Set(types)).toEqual(new Set(['text/event-stream; charset=utf-8']));
  }
  await restless.stop();
});
