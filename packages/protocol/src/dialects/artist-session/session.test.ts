import { describe, expect, it } from 'vitest';
import type { SocketRoute } from '../../dialect.js';
import { createFeedHouse, type FeedSocket } from '../../dialect-exam/feed-house.contract.js';
import { numbered, queuedBody } from '../../fixtures/legal-histories.js';
import { artistSessionDialect } from './index.js';

const [route] = artistSessionDialect.sockets as [SocketRoute];

/** A house with two sessions that run, and what each socket has heard, as type and session. */
function houseWithTwo() {
  const house = createFeedHouse(artistSessionDialect);
  for (const id of ['one', 'two']) {
    house.append(numbered(id, 1, queuedBody('ann')));
    house.append(numbered(id, 2, { type: 'started', attempt: 1, engine: 'e', backend: 'b' }));
    house.progress(id, 0.5);
  }
  return house;
}
const heard = ({ frames }: FeedSocket): string[] =>
  frames.map((frame) => {
    const { type, session_id: id } = JSON.parse(frame as string) as { type: string; session_id: string };
    return `${type} ${id}`;
  });
async function settle(socket: FeedSocket): Promise<void> {
  while (await socket.step());
}

describe('a socket that subscribes while it is being told what runs', () => {
  it('hears of the session that it named, and no more of the others', async () => {
    const socket = houseWithTwo().connect(route);
    await settle(socket);
    socket.tick();
    await socket.step(); // the house has been asked, and has not answered
    socket.say({ type: 'subscribe', session_id: 'two' });
    await settle(socket);
    expect(heard(socket)).toEqual(['generation_start two', 'generation_progress two']);
  });

  it('would have heard of both without', async () => {
    const socket = houseWithTwo().connect(route);
    await settle(socket);
    socket.tick();
    await settle(socket);
    expect(
      heard(socket)
        .filter((each) => each.startsWith('generation_start'))
        .sort(),
    ).toEqual(['generation_start one', 'generation_start two']);
  });
});

it('a socket that subscribed before it was told what runs is told of nothing else', async () => {
  const house = houseWithTwo();
  const early = house.connect(route);
  early.tick();
  early.say({ type: 'subscribe', session_id: 'two' });
  const late = house.connect(route);
  await settle(late);
  late.say({ type: 'subscribe', session_id: 'two' });
  late.tick();
  for (const socket of [early, late]) {
    await settle(socket);
    expect(heard(socket)).toEqual(['generation_start two', 'generation_progress two']);
  }
});
