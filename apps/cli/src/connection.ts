import { type Client, createClient } from '@rendercast/client';
import { type Command, Option } from 'commander';
import { WebSocket } from 'ws';
import { EXIT } from './exit-codes.js';
import { CommandError } from './failure.js';

/** Options of every command that talks to a server. */
export interface ServerOptions {
  url?: string;
  apiKey?: string;
  json?: boolean;
}

/** How often a request is tried: somebody is waiting at the terminal, and a server that is not there is said at once. */
const ATTEMPTS = 2;

/** Adds `--url`, `--api-key` and `--json`. */
export function withServerOptions(command: Command): Command {
  return command
    .addOption(new Option('--url <address>', 'address of the server (RENDERCAST_URL)'))
    .addOption(new Option('--api-key <key>', 'key, where the server wants one (better in RENDERCAST_API_KEY)'))
    .option('--json', 'results as JSON lines on standard output', false);
}

/** The address of the server: the option, the environment, or this machine's own. */
export function serverUrl(given: string | undefined, env: NodeJS.ProcessEnv): URL {
  const address = given ?? (env['RENDERCAST_URL'] || 'http://localhost:8000');
  try {
    const url = new URL(address);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError('neither http nor https');
    if (!url.pathname.endsWith('/')) url.pathname += '/';
    return url;
  } catch (error) {
    throw new CommandError(`${address} is no address of a server; it looks like http://localhost:8000`, EXIT.usage, {
      cause: error,
    });
  }
}

/** The key to use, if any. */
export function serverKey(given: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  return given ?? (env['RENDERCAST_API_KEY'] || undefined);
}

/** Makes the client of one command. */
export function connect(url: URL, apiKey: string | undefined): Client {
  return createClient({
    url,
    apiKey,
    webSocket: WebSocket, // Node 20 has none of its own
    timing: { attempts: ATTEMPTS },
  });
}
