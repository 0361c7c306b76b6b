import pg from 'pg';
import type { Sql } from './connection.js';
import { createLane, type Lane, type LaneOptions } from './lane.js';

/** Pause before a connection that broke is made anew, in milliseconds. */
const PAUSE_MS = 500;
/** A line on which nobody speaks may be dead without a word: it is tried this often, in milliseconds. */
const TRY_MS = 5_000;

/** Where rings are heard, and which are one's own. */
export interface Hearing {
  channel: string;
  node: string;
  heard: () => void;
  /** What a line is tried with. */
  look: (sql: Sql) => Promise<void>;
}

/**
 * The connection that hears the other nodes' rings, and on which what must not wait behind long reads is said: renewals
 * of leases above all. It looks after itself, as it may be a while until somebody asks for it.
 */
export function createEar(options: LaneOptions, { channel, node, heard, look }: Hearing): Lane {
  let cancel: (() => void) | null = null;
  let closed = false;
  const lane = createLane({
    ...options,
    greet: async (sql, client) => {
      await options.greet(sql, client);
      client.on('notification', ({ payload }) => {
        if (payload !== node) heard();
      });
      await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
      heard(); // something may have happened while nobody listened
    },
    onBreak: () => lookIn(PAUSE_MS),
  });

  function lookIn(delayMs: number): void {
    cancel?.();
    if (closed) return;
    cancel = options.clock.after(delayMs, () => {
      const looked = lane.sql().then(look);
      looked.then(
        () => lookIn(TRY_MS),
        () => {
          lane.drop();
          lookIn(PAUSE_MS);
        },
      );
    });
  }

  lookIn(TRY_MS);
  return {
    ...lane,
    async close() {
      closed = true;
      cancel?.();
      await lane.close();
    },
  };
}
