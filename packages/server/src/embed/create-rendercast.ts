import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { type Json, type Principal, RendercastError, type Verbs } from '@rendercast/protocol';
import { createGuestDoor } from '../gateway/guest-door.js';
import { createSilentLogger, type Logger } from '../logger.js';
import { type OwnEngine, openServer } from '../server.js';
import { type ConfigInCode, configFrom } from './embed-config.js';
import { type GenerateOptions, type Generation, startGeneration } from './generation.js';

/** What a house can be made with. Everything has a default. */
export interface RendercastOptions {
  /** Settings, as those of `rendercast serve`. The data directory is used by one server at a time. */
  config?: ConfigInCode;
  /** Where settings that `config` leaves out are looked for, by their `RENDERCAST_` names. Default: nowhere. */
  env?: NodeJS.ProcessEnv;
  /** Engines of your own, made with `defineEngine`. */
  engines?: readonly OwnEngine[];
  /** Where the house writes its log. Default: nowhere. */
  logger?: Logger;
  /** Folder of the built studio, shown at `/` of an own port. Default: null, none. */
  studioDir?: string | null;
  /**
   * Whether to speak, beside the house's own protocol (all of it under `/v1/`), the languages of other front ends, each
   * with addresses of its own. Default: false, so that none of your routes is taken.
   */
  foreignDialects?: boolean;
}

/** Rendercast inside a program. It works from the start; nobody outside reaches it before it is given a door. */
export interface Rendercast {
  /** Where everything is kept. */
  readonly dataDir: string;
  /**
   * Opens a port of its own, as configured (`host`, `port`; 0 takes a free one), and answers the addresses.
   *
   * @throws RendercastError in words: the port is taken, or the address is open to others and there are no keys.
   */
  listen(): Promise<string[]>;
  /**
   * Becomes a guest in your HTTP(S) server: requests and upgrades to the dialects' addresses (`/v1/…`) are answered here,
   * and never reach your listeners; all others stay yours. Answers how to leave again. Without keys only connections from
   * this machine are answered.
   */
  attach(server: Server | HttpsServer): () => void;
  /**
   * Answers one request if its address is one of the dialects', for frameworks with a chain of handlers (ahead of what
   * parses bodies). False: it is yours, and was not touched.
   */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** The same for an `upgrade` event. */
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): boolean;
  /** Takes a job, as over HTTP: once this resolves, it is on disk. */
  generate(options: GenerateOptions): Promise<Generation>;
  /** Tells all who watch a job something of your own: a `note` in its history. By the server's id or the client's. */
  note(jobId: string, data: Record<string, Json>): Promise<void>;
  /** Everything a caller can ask of the house, as this principal. Default: `local` with all roles. */
  verbs(principal?: Principal): Verbs;
  /**
   * Leaves your servers as they were, tells readers when to come back, lets running jobs end for `drainMs` of the
   * configuration, hands back the others, and closes everything. A second call waits for the first.
   */
  stop(): Promise<void>;
}

/** Who calls from inside the program. */
const INSIDE: Principal = { owner: 'local', roles: ['user', 'operator', 'worker'] };

/**
 * Makes a house inside this program: queue, engines, log and all, on its own data directory.
 *
 * @throws RendercastError or StoreOpenError with words: a setting that is none, a data directory that cannot be used or is
 * in use.
 */
export async function createRendercast(options: RendercastOptions = {}): Promise<Rendercast> {
  const config = configFrom(options.config ?? {}, options.env ?? {});
  const server = await openServer({
    config,
    logger: options.logger ?? createSilentLogger(),
    studioDir: options.studioDir ?? null,
    engines: options.engines ?? [],
    foreignDialects: options.foreignDialects ?? false,
  });
  const door = createGuestDoor(server.gateway, config.apiKeys.length > 0);
  const closing = new AbortController();
  const verbs = (principal: Principal = INSIDE): Verbs => server.verbsFor(principal);

  return {
    dataDir: server.dataDir,
    listen: () => server.listen(),
    attach: (theirs) => door.attach(theirs),
    handle: (request, response) => door.handle(request, response),
    upgrade: (request, socket, head) => door.upgrade(request, socket, head),
    generate: (wish) =>
      startGeneration(
        {
          verbs: verbs({ owner: wish.owner ?? INSIDE.owner, roles: ['user'] }),
          subscriptions: server.subscriptions,
          epoch: server.epoch,
          closing: closing.signal,
        },
        wish,
      ),
    note: (jobId, data) => verbs().note(jobId, data),
    verbs,
    async stop() {
      door.close();
      await server.stop();
      closing.abort(new RendercastError('shutting_down', 'the house has stopped; the job goes on at its next start'));
    },
  };
}
