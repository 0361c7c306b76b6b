import type { ServerMessageOf } from '@rendercast/protocol/dialects/native/messages';
import type { FactBody } from '@rendercast/protocol/events';
import type { Snapshot } from '@rendercast/protocol/job';
import { reduceAll } from '@rendercast/protocol/reduce';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createJobChannel, type JobChannel, type JobEvent } from './job-channel.js';
import type { Failed } from './subscription.js';
import { createPeerLog, note, progress, queued, started, succeeded } from './testing/peer-log.js';

type Message = ServerMessageOf<'event'>;

/** A history as messages, and the job at each point of it. */
function history(...bodies: FactBody[]): { messages: Message[]; at(seq: number): Snapshot } {
  const log = createPeerLog();
  for (const body of bodies) log.append('j1', body);
  const entries = log.factsOf('j1', 0);
  const messages = entries.map(({ fact, cursor }): Message => {
    const position = `e1:${fact.seq}`;
    return { type: 'event', topic: 't', jobId: 'j1', position, cursor: `e1:${cursor}`, fact };
  });
  const at = (seq: number): Snapshot => {
    const job = reduceAll(entries.slice(0, seq).map(({ fact }) => fact));
    if (job === null) throw new Error('there is no job before its first fact');
    return { job, levels: {}, position: `e1:${seq}` };
  };
  return { messages, at };
}

function follow(): { channel: JobChannel; heard: (JobEvent | Failed)[]; healed: () => number } {
  let count = 0;
  const channel = createJobChannel('j1', () => {
    count += 1;
  });
  const heard: (JobEvent | Failed)[] = [];
  channel.audience.add((event) => heard.push(event), { levels: true, previews: 'none' });
  return { channel, heard, healed: () => count };
}

const numbers = (heard: (JobEvent | Failed)[]): number[] =>
  heard.flatMap((event) => (event.type === 'fact' ? [event.fact.seq] : []));

describe('the channel of a job', () => {
  const { messages, at } = history(queued(), started, note(1), note(2), succeeded);

  it('passes each fact once and in order, whatever comes twice, too early or again', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: messages.length - 1 })), (order) => {
        const { channel, heard } = follow();
        channel.opened(null, 'e1:0');
        for (const index of order) channel.event(messages[index] as Message);
        // What a stream asked for anew brings.
        channel.opened(null, channel.position() ?? '');
        for (const message of messages) channel.event(message);
        expect(numbers(heard)).toEqual([1, 2, 3, 4, 5]);
        expect(channel.snapshot?.job).toEqual(at(5).job);
      }),
    );
  });

  it('asks for its stream once when a fact is missing, and again only if that did not help', () => {
    const { channel, healed, heard } = follow();
    channel.opened(at(1), 'e1:1');
    channel.event(messages[2] as Message);
    channel.event(messages[3] as Message);
    expect([healed(), numbers(heard), channel.position()]).toEqual([1, [], 'e1:1']);
    channel.opened(null, 'e1:1');
    channel.event(messages[2] as Message);
    expect(healed()).toBe(2);
  });

  it('reads up to a snapshot that is ahead of it instead of jumping there', () => {
    const { channel, healed, heard } = follow();
    channel.opened(at(1), 'e1:1');
    channel.opened(at(4), 'e1:4');
    expect([healed(), channel.snapshot?.job.seq]).toEqual([1, 1]);
    channel.opened(at(1), 'e1:1');
    expect(heard.map(({ type }) => type)).toEqual(['snapshot']);
  });

  it('RC-LEVEL-5: shows no level before its fact, from an older attempt, older than the newest, or after the end', () => {
    const { channel, heard } = follow();
    channel.level('j1', progress(1, 1), null); // nothing is known yet
    channel.opened(at(1), 'e1:1');
    channel.level('j1', progress(2, 2), null); // ahead of its fact
    channel.event(messages[1] as Message);
    channel.level('j1', progress(2, 3), null);
    channel.level('j1', progress(2, 3), null); // again
    channel.level('j1', progress(2, 2), null); // older
    channel.level('j1', progress(2, 9, 0), null); // of another attempt
    for (const message of messages.slice(2)) channel.event(message);
    channel.level('j1', progress(5, 10), null); // after the end
    const levels = heard.filter((event) => event.type === 'level');
    expect(levels.map((event) => ('level' in event ? event.level.tick : null))).toEqual([3]);
    expect(channel.snapshot?.levels).toEqual({});
  });

  it('starts over where a reset says, even at lower numbers', () => {
    const { channel, heard } = follow();
    channel.opened(at(4), 'e1:4');
    channel.reset('epoch', { ...at(2), position: 'e2:2' }, 'e2:2');
    channel.event({ ...(messages[2] as Message), position: 'e2:3' });
    expect(heard.map(({ type }) => type)).toEqual(['snapshot', 'reset', 'fact']);
    expect(channel.position()).toBe('e2:3');
  });

  it('is told that there is no job yet, and then hears it from its first fact', () => {
    const { channel, heard } = follow();
    channel.opened(null, 'e1:0');
    for (const message of messages) channel.event(message);
    expect(heard[0]).toEqual({ type: 'snapshot', snapshot: null });
    expect(numbers(heard)).toEqual([1, 2, 3, 4, 5]);
  });
});
