import type { Client, FeedEvent, Filter, FollowOptions, JobEvent, Snapshot } from '@rendercast/client';
import { formatPosition, type Job, parsePosition } from '@rendercast/protocol';
import type { Observation, ReaderHistory } from '@rendercast/protocol/history';

/** Somebody who watches through the SDK and writes down what it is shown, for the history checker. */
export interface Watcher {
  readonly history: ReaderHistory;
  /** Every job that it was shown, as it was said to stand. */
  readonly shown: readonly Job[];
  /** Cursor (of a feed) or number (of a job) of the last fact shown; 0: none. */
  readonly at: number;
  /** Resolves when a fact of this number or cursor, or a later one, was shown, or there is nothing more to come. */
  reached(at: number): Promise<void>;
  /** Rejects when watching failed. */
  readonly done: Promise<void>;
  /** Leaves; of a feed it then claims to have seen all that the log holds. */
  stop(): Promise<void>;
}

/** Tells others what is seen at the moment it is seen. */
export type OnEvent = (event: JobEvent | FeedEvent) => void;

interface Notes {
  observations: Observation[];
  shown: Job[];
  at: number;
  /** Called after each event. */
  looks: Set<() => void>;
}

const noNotes = (): Notes => ({
  observations: [{ saw: 'connected', position: null }],
  shown: [],
  at: 0,
  looks: new Set(),
});

/** Watches one job to its end. */
export function watchJob(
  name: string,
  client: Client,
  id: string,
  options: FollowOptions = {},
  onEvent: OnEvent = () => undefined,
): Watcher {
  const notes = noNotes();
  const leaving = new AbortController();
  const done = (async () => {
    for await (const event of client.job(id).events({ ...options, signal: leaving.signal })) {
      noteJob(notes, event);
      for (const look of notes.looks) look();
      onEvent(event);
    }
    notes.observations.push({ saw: 'finished' });
  })();
  return watcher({ name, owner: null, target: { job: id }, observations: notes.observations }, notes, done, leaving);
}

/** Watches a feed until it is stopped. */
export function watchFeed(
  name: string,
  client: Client,
  filter: Filter = {},
  onEvent: OnEvent = () => undefined,
): Watcher {
  const notes = noNotes();
  const leaving = new AbortController();
  const done = (async () => {
    let reset: Extract<FeedEvent, { type: 'reset' }> | null = null;
    for await (const event of client.feed(filter, { limit: 200, signal: leaving.signal })) {
      if (event.type === 'page' && reset !== null) {
        const { jobs, cursor } = event;
        notes.observations.push({ saw: 'reset', reason: reset.reason, position: cursor, jobs });
      } else noteFeed(notes, event);
      for (const look of notes.looks) look();
      reset = event.type === 'reset' ? event : null;
      onEvent(event);
    }
  })();
  const target = { feed: filter };
  return watcher({ name, owner: null, target, observations: notes.observations }, notes, done, leaving);
}

function watcher(history: ReaderHistory, notes: Notes, done: Promise<void>, leaving: AbortController): Watcher {
  done.catch(() => undefined); // told by whoever awaits it
  return {
    history,
    shown: notes.shown,
    get at() {
      return notes.at;
    },
    reached: (at) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (notes.at >= at) resolve();
        };
        notes.looks.add(look);
        done.then(resolve, reject);
        look();
      }),
    done,
    async stop() {
      leaving.abort(new Error('left'));
      await done.catch((error: unknown) => {
        if (!leaving.signal.aborted || error !== leaving.signal.reason) throw error;
      });
      if ('feed' in history.target) notes.observations.push({ saw: 'finished' });
    },
  };
}

function noteJob(notes: Notes, event: JobEvent): void {
  const { observations } = notes;
  switch (event.type) {
    case 'snapshot':
      // Null: nothing is known yet, and the first fact comes next.
      if (event.snapshot !== null) observations.push(snapshotSeen(event.snapshot));
      break;
    case 'fact':
      observations.push({ saw: 'fact', fact: event.fact, position: event.snapshot.position });
      notes.at = event.fact.seq;
      break;
    case 'level':
    case 'preview':
      observations.push({ saw: 'level', jobId: event.snapshot.job.id, level: event.level });
      break;
    case 'reset': {
      const { snapshot, reason } = event;
      const position = snapshot?.position ?? formatPosition({ epoch: epochOf(observations), n: 0 });
      observations.push({ saw: 'reset', reason, position, jobs: snapshot === null ? [] : [snapshot.job] });
    }
  }
  if (event.snapshot !== null) notes.shown.push(event.snapshot.job);
}

function noteFeed(notes: Notes, event: FeedEvent): void {
  const { observations, shown } = notes;
  switch (event.type) {
    case 'page':
      observations.push({ saw: 'snapshot', position: event.cursor, jobs: event.jobs });
      shown.push(...event.jobs);
      break;
    case 'fact':
      observations.push({ saw: 'fact', fact: event.fact, position: event.cursor });
      notes.at = parsePosition(event.cursor)?.n ?? 0;
      if (event.snapshot !== null) shown.push(event.snapshot.job);
      break;
    case 'level':
    case 'preview':
      observations.push({ saw: 'level', jobId: event.jobId, level: event.level });
      if (event.snapshot !== null) shown.push(event.snapshot.job);
      break;
    case 'reset':
  }
}

function snapshotSeen({ job, levels, position }: Snapshot): Observation {
  return { saw: 'snapshot', position, jobs: [job], levels };
}

function epochOf(observations: readonly Observation[]): string {
  for (const seen of [...observations].reverse()) {
    const epoch = 'position' in seen && seen.position !== null ? parsePosition(seen.position)?.epoch : undefined;
    if (epoch !== undefined) return epoch;
  }
  return '';
}
