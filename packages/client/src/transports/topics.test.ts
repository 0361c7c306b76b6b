import { describe, expect, it } from 'vitest';
import { createJobChannel } from '../job-channel.js';
import { createTopics } from './topics.js';

const follower = (id: string) => createJobChannel(id, () => undefined);

describe('the topics of a socket', () => {
  it('hands an answer to who asked, once, and from then on what comes under its topic', () => {
    const topics = createTopics();
    const one = follower('j1');
    const ref = topics.ask(one);
    expect(topics.answer(ref)).toBe(one);
    expect(topics.answer(ref)).toBeNull();
    topics.stand('job:j1', one);
    expect(topics.of('job:j1')).toEqual([one]);
    expect(topics.takeIdle()).toEqual([]);
  });

  it('RC-SUBSCRIBE-4: ends no topic that was asked for anew, though the first answer finds nobody', () => {
    const topics = createTopics();
    const one = follower('j1');
    const first = topics.ask(one);
    topics.forget(one);
    const second = topics.ask(one);
    topics.stand('job:j1', topics.answer(first));
    expect(topics.takeIdle()).toEqual([]);
    topics.stand('job:j1', topics.answer(second));
    expect(topics.takeIdle()).toEqual([]);
    expect(topics.of('job:j1')).toEqual([one]);
  });

  it('ends a topic that is left while another is awaited only once it is known that they differ', () => {
    const topics = createTopics();
    const [one, other] = [follower('j1'), follower('mine')];
    topics.stand('job:j1', topics.answer(topics.ask(one)));
    const ref = topics.ask(other);
    topics.forget(one);
    expect(topics.takeIdle()).toEqual([]);
    topics.stand('job:j2', topics.answer(ref));
    expect(topics.takeIdle()).toEqual(['job:j1']);
    expect(topics.takeIdle()).toEqual([]);
  });

  it('ends a topic whose answer finds that everybody has left', () => {
    const topics = createTopics();
    const one = follower('j1');
    const ref = topics.ask(one);
    topics.forget(one);
    topics.stand('job:j1', topics.answer(ref));
    expect(topics.takeIdle()).toEqual(['job:j1']);
  });
});
