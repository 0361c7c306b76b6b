/** What the client uses of a WebSocket: the browser's own and the `ws` package's both have it. */
export interface SocketLike {
  binaryType: string;
  readonly readyState: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  /** Cuts without goodbye; only `ws` has it. A peer that is gone does not answer a goodbye. */
  terminate?(): void;
  addEventListener(type: 'open' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void;
}

/** A WebSocket class. */
export type SocketConstructor = new (url: string, protocols?: string | string[]) => SocketLike;

/** `readyState` of an open socket. */
export const OPEN = 1;
