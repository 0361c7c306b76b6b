import { type MessageType, messageSchema } from '@rendercast/protocol/dialects/progress-feed/index';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type House, startHouse, until } from './house.js';
import { type JsonMessage, type JsonWire, openJsonWire } from './json-wire.js';

/** Where the service is mounted. */
export const MOUNTS = ['', '/v1', '/api/v1'];
/** Jobs of the feed run on the scripted engine. */
export const FEED_ENGINE = { dialectEngines: 'progress-feed=rehearsal' };

/** What a wrapped message carries. */
export const dataOf = (message: JsonMessage) => (message.data ?? {}) as Record<string, unknown>;
/** Whether a message of either form is about a job. */
export const about = (id: string) => (message: JsonMessage) => (dataOf(message).job_id ?? message.job_id) === id;
/** All that a socket heard of a job. */
export const of = (socket: JsonWire, id: string) => socket.messages.filter(about(id));
export const typesOf = (socket: JsonWire, id: string) => of(socket, id).map(({ type }) => type);
/** Whether a message is the last one of a job. */
export const completes = (id: string) => (message: JsonMessage) =>
  message.type === 'generation_complete' && about(id)(message);

/** Every message has the shape that the dialect gives it. */
export function expectWellFormed(socket: JsonWire): void {
  for (const message of socket.messages)
    expect(messageSchema(message.type as MessageType).safeParse(message).error?.issues ?? []).toEqual([]);
}

/** What clients of the feed do. */
export interface FeedTalk {
  readonly house: House;
  call(path: string, body?: unknown): Promise<{ status: number; json: never }>;
  /** Submits a job with a script of the rehearsal engine. */
  queue(script?: Record<string, unknown>, params?: Record<string, unknown>): Promise<string>;
  /** A socket whose subscribe was confirmed. */
  subscribed(message?: Record<string, unknown>, path?: string): Promise<JsonWire>;
}

/** A house for the stories of one file; what one of them leaves hanging takes no slot from the next. */
export function tellFeedStories(): FeedTalk {
  let house: House;
  beforeAll(async () => {
    house = await startHouse(FEED_ENGINE);
  });
  afterAll(() => house.stop());
  afterEach(async () => {
    const active = (await call('/generation/jobs/active?limit=200')).json as { id: string }[];
    for (const { id } of active) await call(`/generation/jobs/${id}/cancel`, {});
    await until(async () => ((await call('/generation/jobs/active')).json as unknown[]).length === 0, 'an empty queue');
  });

  async function call(path: string, body?: unknown): Promise<{ status: number; json: never }> {
    const answer = await house.call(path, body === undefined ? {} : { body });
    return { status: answer.status, json: JSON.parse(answer.text) as never };
  }

  return {
    get house() {
      return house;
    },
    call,
    async queue(script = {}, params = {}) {
      const body = { prompt: 'a red fox', steps: 4, rehearsal: { stepMs: 5, ...script }, ...params };
      const { status, json } = await call('/generation/queue-generation', body);
      expect(status).toBe(200);
      const { job_id, delivery_id } = json as { job_id: string; delivery_id: string };
      expect(delivery_id).toBe(job_id);
      return job_id;
    },
    async subscribed(message = {}, path = '/ws/progress') {
      const socket = await openJsonWire(house.url, path);
      socket.send({ type: 'subscribe', ...message });
      await socket.next('the confirmation', ({ type }) => type === 'subscription_confirmed');
      return socket;
    },
  };
}
