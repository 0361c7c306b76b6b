import { entrySchema, type MessageType, messageSchema } from '@rendercast/protocol/dialects/artist-session/index';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type House, startHouse, until } from './house.js';
import type { JsonMessage, JsonWire } from './json-wire.js';

/** Sessions run on the scripted engine. */
export const SESSION_ENGINE = { dialectEngines: 'artist-session=rehearsal' };

/** Whether a message tells of a session; notes about it do not count. */
export const concerns = (id: string) => (message: JsonMessage) =>
  message.session_id === id && message.type !== 'custom';
/** All that a socket heard of a session. */
export const of = (socket: JsonWire, id: string) => socket.messages.filter(concerns(id));
export const typesOf = (socket: JsonWire, id: string) => of(socket, id).map(({ type }) => type);
/** Whether a message is the good, or the bad, end of a session. */
export const completes = (id: string) => (message: JsonMessage) =>
  concerns(id)(message) && message.type === 'generation_complete';
export const fails = (id: string) => (message: JsonMessage) =>
  concerns(id)(message) && message.type === 'generation_error';
/** The images of one kind of gallery update. */
export const galleryOf = (socket: JsonWire, action: string) =>
  socket.messages.flatMap((message) =>
    message.type === 'gallery_update' && message.action === action ? [entrySchema.parse(message.data)] : [],
  );
export const subscribe = (session_id: unknown) => ({ type: 'subscribe', session_id });

/** Every message has the shape that the dialect gives it. */
export function expectWellFormed(socket: JsonWire): void {
  for (const message of socket.messages) {
    expect(messageSchema(message.type as MessageType).safeParse(message).error?.issues ?? []).toEqual([]);
    expect(message.timestamp).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  }
}

/** What pages do. */
export interface SessionTalk {
  readonly house: House;
  call(path: string, body?: unknown, method?: string): Promise<{ status: number; json: never }>;
  /** Starts a session with a script of the rehearsal engine. */
  start(script?: Record<string, unknown>, params?: Record<string, unknown>): Promise<string>;
}

/** A house for the stories of one file; what one of them leaves hanging takes no slot from the next. */
export function tellSessionStories(): SessionTalk {
  let house: House;
  beforeAll(async () => {
    house = await startHouse(SESSION_ENGINE);
  });
  afterAll(() => house.stop());
  afterEach(async () => {
    const open = async () =>
      (JSON.parse((await house.call('/v1/jobs?state=queued,running')).text) as { jobs: { id: string }[] }).jobs;
    for (const { id } of await open()) await house.call(`/v1/jobs/${id}/cancel`, { method: 'POST' });
    await until(async () => (await open()).length === 0, 'an empty queue');
  });

  async function call(path: string, body?: unknown, method?: string): Promise<{ status: number; json: never }> {
    const answer = await house.call(path, {
      ...(body === undefined ? {} : { body }),
      ...(method === undefined ? {} : { method }),
    });
    return { status: answer.status, json: JSON.parse(answer.text) as never };
  }

  return {
    get house() {
      return house;
    },
    call,
    async start(script = {}, params = {}) {
      const body = { prompt: 'a red fox', num_inference_steps: 4, rehearsal: { stepMs: 5, ...script }, ...params };
      const { status, json } = await call('/api/generate', body);
      expect([status, json]).toMatchObject([200, { status: 'started', message: expect.any(String) }]);
      return (json as { session_id: string }).session_id;
    },
  };
}
