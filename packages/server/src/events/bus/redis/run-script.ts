import type { Script } from './scripts.js';

/** A client that runs commands, of one server or of a cluster. */
export interface Caller {
  call(command: string, args: (string | Buffer | number)[]): Promise<unknown>;
}

/** Runs a script by its digest, and by its text where the server has forgotten it (a flush, a new master). */
export async function runScript(
  caller: Caller,
  script: Script,
  keys: readonly string[],
  args: readonly (string | number | Buffer)[],
): Promise<unknown> {
  try {
    return await caller.call('EVALSHA', [script.sha, keys.length, ...keys, ...args]);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return await caller.call('EVAL', [script.lua, keys.length, ...keys, ...args]);
  }
}
