import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { errorBodyOf, RendercastError } from '@rendercast/protocol';
import { isLoopbackAddress } from './access.js';
import type { Gateway } from './gateway.js';
import { answerWithoutUpgrade } from './plain-request.js';

/** The house as a guest in somebody else's HTTP server: it answers for its own addresses and touches nothing else. */
export interface GuestDoor {
  /** Answers a request for one of our addresses. False: it is not ours, and nothing was touched. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** The same for an upgrade. */
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): boolean;
  /**
   * Takes our requests out of a server's hands from now on, whatever listeners it has or gets. The returned function
   * gives it back as it was.
   */
  attach(server: EventEmitter): () => void;
  /** Gives all servers back. */
  close(): void;
}

/** `keyed`: whether callers show keys. Without, only connections from this machine are answered. */
export function createGuestDoor(gateway: Pick<Gateway, 'owns' | 'handle' | 'upgrade'>, keyed: boolean): GuestDoor {
  const detachments = new Set<() => void>();

  const door: GuestDoor = {
    handle(request, response) {
      if (!gateway.owns(request.url)) return false;
      if (keyed || isFromHere(request)) gateway.handle(request, response);
      else turnAway(response);
      return true;
    },
    upgrade(request, socket, head) {
      if (!gateway.owns(request.url)) return false;
      if (keyed || isFromHere(request)) gateway.upgrade(request, socket, head);
      else socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return true;
    },
    attach(server) {
      const giveBack = intercept(server, door, gateway.owns);
      detachments.add(giveBack);
      return () => {
        detachments.delete(giveBack);
        giveBack();
      };
    },
    close() {
      for (const giveBack of detachments) giveBack();
      detachments.clear();
    },
  };
  return door;
}

/** Where a server without keys listens is its owner's business; that we answer strangers there is ours. */
function isFromHere({ socket }: IncomingMessage): boolean {
  const address = socket.localAddress?.replace(/^::ffff:/, '');
  return address === undefined || isLoopbackAddress(address);
}

function turnAway(response: ServerResponse): void {
  const error = errorBodyOf(new RendercastError('forbidden', 'without keys only this machine is answered'));
  response.writeHead(403, { 'content-type': 'application/json; charset=utf-8', connection: 'close' });
  response.end(JSON.stringify({ error }));
}

/**
 * Listeners cannot stop each other, and some answer every request that they hear of. So `emit` itself is covered, on this
 * one object, as long as we are guests there.
 */
function intercept(server: EventEmitter, door: GuestDoor, owns: Gateway['owns']): () => void {
  const { emit } = server;
  const hadOwn = Object.hasOwn(server, 'emit');
  const passOn = (event: string | symbol, ...args: unknown[]): boolean => Reflect.apply(emit, server, [event, ...args]);

  function take(event: string | symbol, args: unknown[]): boolean {
    const [request, second, head] = args;
    if (event === 'upgrade') {
      if (door.upgrade(request as IncomingMessage, second as Socket, head as Buffer)) return true;
      if (server.listenerCount('upgrade') > 1) return false;
      // Without us Node would have passed it on to a server that does not listen for upgrades as an ordinary request.
      answerWithoutUpgrade(request as IncomingMessage, second as Socket, head as Buffer);
      return true;
    }
    if (event === 'request') return door.handle(request as IncomingMessage, second as ServerResponse);
    if (event !== 'checkContinue' || !owns((request as IncomingMessage).url)) return false;
    (second as ServerResponse).writeContinue();
    return door.handle(request as IncomingMessage, second as ServerResponse);
  }

  let isGuest = true;
  const covering = (event: string | symbol, ...args: unknown[]): boolean =>
    (isGuest && take(event, args)) || passOn(event, ...args);
  // Node asks whether anybody listens before it tells of an upgrade at all.
  const listening = (): void => undefined;
  server.on('upgrade', listening);
  server.emit = covering;

  return () => {
    isGuest = false;
    server.off('upgrade', listening);
    if (server.emit !== covering) return; // somebody covered it after us, and passes on to us for good
    if (hadOwn) server.emit = emit;
    else Reflect.deleteProperty(server, 'emit');
  };
}
