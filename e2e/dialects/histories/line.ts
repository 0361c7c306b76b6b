import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { JsonMessage } from '../../support/json-wire.js';
import type { Connection, Recording } from './recording.js';

/** Where a reader connects to, and what it says first. */
export interface Address {
  url: string;
  path: string;
  key: string;
  says: readonly object[];
}

/** One connection that writes down what it hears. */
export interface OpenConnection {
  readonly connection: Connection;
  readonly isOpen: boolean;
  send(message: object): void;
  /** Goes without a word. */
  terminate(): void;
  /** Resolves when it is gone, whoever ended it. */
  readonly gone: Promise<void>;
}

const HANDSHAKE_MS = 4_000;

/** Opens a connection, and puts it into the recording once it stands. Null: the server was not there. */
export async function openConnection(address: Address, recording: Recording): Promise<OpenConnection | null> {
  const { url, path, key, says } = address;
  const headers = { authorization: `Bearer ${key}` };
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, { headers, handshakeTimeout: HANDSHAKE_MS });
  const connection: Connection = { openedAtMs: 0, heard: [], closedWith: null, isWhole: false };
  let left = false;
  socket.on('message', (data: Buffer) => {
    if (left) return;
    connection.heard.push({ atMs: Date.now(), message: JSON.parse(data.toString('utf8')) as JsonMessage });
  });
  socket.on('close', (code) => {
    // 1005 and 1006 are no words of the server's.
    if (!left && code !== 1005 && code !== 1006) connection.closedWith = code;
  });
  const failed = once(socket, 'error').then(() => false);
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  if (!(await Promise.race([once(socket, 'open').then(() => true), failed]))) return null;
  socket.on('error', () => undefined);
  connection.openedAtMs = Date.now();
  recording.connections.push(connection);
  for (const message of says) socket.send(JSON.stringify(message));
  return {
    connection,
    get isOpen() {
      return !left && socket.readyState === WebSocket.OPEN;
    },
    send: (message) => socket.send(JSON.stringify(message)),
    terminate() {
      left = true;
      socket.terminate();
    },
    gone,
  };
}

/** A reader that comes back whenever its line is gone. */
export interface Line {
  readonly recording: Recording;
  readonly isOpen: boolean;
  /** Says something, if it is connected. */
  send(message: object): void;
  /** The line goes without a word: what a machine sees that has lost its network. */
  drop(): void;
  /** Everything has come to rest: what this connection has heard by now is all that there is. */
  rest(): void;
  leave(): Promise<void>;
}

const BACK_AFTER_MS = 40;

export function createLine(address: Address, recording: Recording): Line {
  let present: OpenConnection | null = null;
  const leaving = new AbortController();

  async function stay(): Promise<void> {
    while (!leaving.signal.aborted) {
      present = await openConnection(address, recording);
      if (leaving.signal.aborted) present?.terminate();
      await present?.gone;
      present = null;
      await sleep(BACK_AFTER_MS, undefined, { signal: leaving.signal }).catch(() => undefined);
    }
  }
  const done = stay();

  return {
    recording,
    get isOpen() {
      return present?.isOpen ?? false;
    },
    send: (message) => present?.isOpen === true && present.send(message),
    drop: () => present?.terminate(),
    rest() {
      if (present?.isOpen === true) present.connection.isWhole = true;
    },
    async leave() {
      leaving.abort();
      present?.terminate();
      await done;
    },
  };
}
