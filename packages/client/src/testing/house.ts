import type { Client } from '../client.js';
import type { ClientOptions } from '../options.js';
import { type Line, openLine } from './line.js';
import { openPeer, type Peer } from './peer.js';
import { queued } from './peer-log.js';
import { quickClient } from './quick-client.js';

/** What one test opened; all of it is closed in the reverse order. */
export interface House {
  /** A peer, with a queued job `j1` unless told otherwise. */
  peer(options?: { empty?: boolean; port?: number; log?: Peer['log'] }): Promise<Peer>;
  line(peer: Peer, cuts?: number[]): Promise<Line>;
  client(url: string, options?: ClientOptions): Client;
  close(): Promise<void>;
}

export function createHouse(): House {
  const closing: (() => Promise<void> | void)[] = [];
  return {
    async peer({ empty = false, port, log } = {}) {
      const peer = await openPeer(port, log);
      closing.push(() => peer.close());
      if (!empty && log === undefined) peer.append('j1', queued());
      return peer;
    },
    async line(peer, cuts) {
      const line = await openLine(peer.port, cuts);
      closing.push(() => line.close());
      return line;
    },
    client(url, options) {
      const client = quickClient(url, options);
      closing.push(() => client.close());
      return client;
    },
    async close() {
      for (const close of closing.splice(0).reverse()) await close();
    },
  };
}

/** Everything an iteration brings. */
export async function gather<T>(events: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** Gathers into a list that can be looked at meanwhile; `done` rejects as the iteration does. */
export function gatherLive<T>(events: AsyncIterable<T>): { all: T[]; done: Promise<void> } {
  const all: T[] = [];
  const done = (async () => {
    for await (const event of events) all.push(event);
  })();
  done.catch(() => undefined); // a test that fails before awaiting it has said enough
  return { all, done };
}
