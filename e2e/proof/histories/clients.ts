import { isEnded, type Job, type Principal, RendercastError } from '@rendercast/protocol';
import type { LogEntry } from '@rendercast/protocol/history';
import type { Queue } from '../../../packages/server/src/queue/queue.js';
import { picture, VIA } from '../../../packages/server/src/queue/rig.contract.js';
import type { Chance } from '../../stories/chance.js';
import { isAway } from './direct-store.js';
import type { Turns } from './turns.js';

/** Refusals that a command may fairly get when others were quicker. */
const FAIR = new Set([
  'superseded',
  'already_ended',
  'not_ended',
  'not_found',
  'invalid_field',
  'conflict',
  'storage_unavailable',
]);

/** What clients were answered and must hold at the end. */
export interface Promises {
  /** Jobs that were acknowledged. */
  made: Set<string>;
  /** Jobs whose cancel was acknowledged. */
  canceled: Set<string>;
  /** What was answered wrongly, in words. */
  wrong: string[];
}

/** Somebody who orders and changes jobs, one command after the other; what it asks for is drawn. */
export async function command(
  queue: Queue,
  who: Principal,
  {
    chance,
    turns,
    promises,
    clientIds,
  }: { chance: Chance; turns: Turns; promises: Promises; clientIds: readonly string[] },
): Promise<void> {
  const mine: string[] = [];
  const made = (job: Job): void => {
    mine.push(job.id);
    promises.made.add(job.id);
  };
  for (const id of clientIds) made((await order(queue, who, id, { chance, promises })) ?? raise('no job was made'));
  for (let count = chance.between(2, 7); count > 0; count -= 1) {
    await turns.pause();
    try {
      const job = await ask(queue, who, mine[chance.between(0, mine.length - 1)] ?? '', { chance, promises });
      if (job !== null) made(job);
    } catch (thrown) {
      if (!(thrown instanceof RendercastError && FAIR.has(thrown.code))) throw thrown;
    }
  }
}

/** The same is asked twice at once, now and then: it is one job. */
async function order(
  queue: Queue,
  who: Principal,
  id: string,
  { chance, promises }: { chance: Chance; promises: Promises },
): Promise<Job | null> {
  const tags = chance.happens(0.5) ? ['fox'] : [];
  const own = chance.happens(0.5) ? { id } : {};
  const submit = async (): ReturnType<Queue['submit']> => {
    for (;;) {
      try {
        return await queue.submit(who, picture({}, { tags, ...own }), { ...VIA, idempotencyKey: `key-${id}` });
      } catch (thrown) {
        if (!isAway(thrown)) throw thrown;
      }
    }
  };
  const [first, again] = await Promise.all([submit(), chance.happens(0.3) ? submit() : null]);
  if (again !== null && again.job.id !== first.job.id) promises.wrong.push(`${id} was asked twice and made twice`);
  return first.job;
}

async function ask(
  queue: Queue,
  who: Principal,
  id: string,
  { chance, promises }: { chance: Chance; promises: Promises },
): Promise<Job | null> {
  switch (chance.pick(['cancel', 'edit', 'tag', 'priority', 'note', 'retry', 'remove', 'order'] as const)) {
    case 'cancel':
      await queue.cancel(who, id, null);
      promises.canceled.add(id);
      return null;
    case 'edit':
      await queue.edit(who, id, { favorite: chance.happens(0.5) });
      return null;
    case 'tag':
      await queue.edit(who, id, { tags: chance.happens(0.5) ? ['fox'] : [] });
      return null;
    case 'priority':
      await queue.edit(who, id, { priority: chance.between(-3, 3) });
      return null;
    case 'note':
      await queue.note(who, id, { n: chance.between(0, 9) });
      return null;
    case 'retry':
      return (await queue.retry(who, id, VIA)).job;
    case 'remove':
      await queue.remove(who, id);
      return null;
    case 'order':
      return (await queue.submit(who, picture({}, { tags: ['fox'] }), VIA)).job;
  }
}

/** Whether an acknowledged command was undone; in words. */
export function brokenPromises(
  promises: Promises,
  jobs: ReadonlyMap<string, Job>,
  entries: readonly LogEntry[],
): string[] {
  const broken = [...promises.wrong];
  for (const id of promises.made) if (!jobs.has(id)) broken.push(`${id} was acknowledged and is not there`);
  for (const id of promises.canceled) {
    const own = entries.filter(({ fact }) => fact.jobId === id);
    if (!own.some(({ fact }) => fact.type === 'canceling' || fact.type === 'canceled'))
      broken.push(`${id} was canceled, which nobody knows any more`);
  }
  for (const [id, job] of jobs) {
    if (!promises.made.has(id)) broken.push(`${id} is there and nobody asked for it`);
    if (!isEnded(job)) broken.push(`${id} has no end`);
  }
  return broken;
}

function raise(words: string): never {
  throw new Error(words);
}
