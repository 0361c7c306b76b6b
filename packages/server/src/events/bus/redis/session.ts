import type { Script } from './scripts.js';

/** What a session tells of itself. */
export interface SessionEvents {
  message(channel: Buffer, bytes: Buffer): void;
  /** It is of no use any more; said once, and never by `close`. */
  failed(reason: string): void;
}

/**
 * Connections to one Redis, or to the nodes of one cluster, that are all up: from its opening to the first fault of any
 * of them. Nothing is mended inside: the next session is opened instead, so that there is one way to start.
 */
export interface Session {
  /** The server in words, without secrets. */
  readonly server: string;
  /** How messages are published here: by shard in a cluster that can. */
  readonly publish: 'PUBLISH' | 'SPUBLISH';
  /** Runs a command on the node that holds its key. */
  call(command: string, args: readonly (string | number)[]): Promise<unknown>;
  callBuffer(command: string, args: readonly (string | number)[]): Promise<unknown>;
  /** Runs a script, sending its text only where the server does not have it. */
  run(script: Script, keys: readonly string[], args: readonly (string | number | Buffer)[]): Promise<unknown>;
  /** Resolves once Redis has confirmed all of them; a refusal fails the session. */
  subscribe(channels: readonly string[]): Promise<void>;
  unsubscribe(channels: readonly string[]): void;
  close(): void;
}
