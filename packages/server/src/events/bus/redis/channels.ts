import type { Session } from './session.js';

/** The channels that this process wants to hear, over all sessions. */
export interface Channels {
  /** Wants a channel, once more; resolves once Redis has confirmed it, or at once while there is no session. */
  want(channel: string): Promise<void>;
  /** Wants it once less. */
  drop(channel: string): void;
  /** Hears all that is wanted on a new session; resolves once it is confirmed. */
  attach(session: Session): Promise<void>;
  /** The session is over: who waits for it waits no longer. */
  detach(): void;
}

interface Wanted {
  users: number;
  state: 'unasked' | 'asked' | 'confirmed';
  waiting: (() => void)[];
}

export function createChannels(): Channels {
  const wanted = new Map<string, Wanted>();
  /** Channels of which more or less may be wanted than was asked for. */
  const changed = new Set<string>();
  let session: Session | null = null;
  let scheduled = false;

  /** All changes of one turn leave together. */
  function schedule(): void {
    if (scheduled || session === null) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      void ask();
    });
  }

  async function ask(): Promise<void> {
    const on = session;
    if (on === null) return;
    const asked = new Map<string, Wanted>();
    const unwanted: string[] = [];
    for (const channel of changed) {
      const entry = wanted.get(channel);
      if (entry === undefined) continue;
      if (entry.users > 0 && entry.state === 'unasked') {
        entry.state = 'asked';
        asked.set(channel, entry);
      } else if (entry.users === 0) {
        if (entry.state !== 'unasked') unwanted.push(channel);
        wanted.delete(channel);
        release(entry);
      }
    }
    changed.clear();
    if (unwanted.length > 0) on.unsubscribe(unwanted);
    if (asked.size === 0) return;
    await on.subscribe([...asked.keys()]);
    if (session !== on) return; // it failed meanwhile
    for (const entry of asked.values()) {
      entry.state = 'confirmed';
      release(entry);
    }
  }

  function release(entry: Wanted): void {
    for (const resolve of entry.waiting.splice(0)) resolve();
  }

  return {
    want(channel) {
      const entry: Wanted = wanted.get(channel) ?? { users: 0, state: 'unasked', waiting: [] };
      wanted.set(channel, entry);
      entry.users += 1;
      if (session === null || entry.state === 'confirmed') return Promise.resolve();
      changed.add(channel);
      schedule();
      return new Promise((resolve) => entry.waiting.push(resolve));
    },
    drop(channel) {
      const entry = wanted.get(channel);
      if (entry === undefined) return;
      entry.users -= 1;
      if (entry.users > 0) return;
      if (session === null) {
        wanted.delete(channel);
        return;
      }
      changed.add(channel);
      schedule();
    },
    async attach(opened) {
      session = opened;
      for (const channel of wanted.keys()) changed.add(channel);
      await ask();
    },
    detach() {
      session = null;
      changed.clear();
      for (const [channel, entry] of wanted) {
        entry.state = 'unasked';
        release(entry);
        if (entry.users === 0) wanted.delete(channel);
      }
    },
  };
}
