import type { SocketLike } from '../transports/socket.js';
import { createExchange, type Exchange } from './exchange.js';
import { type Opened, type ToExchange, whenAborted } from './tab-messages.js';

/** This page among the tabs that share a connection: it speaks on their channel and is ready to hold the socket. */
export interface Presence {
  tell(message: ToExchange): void;
  /**
   * From now on until the returned function is called: hears of every exchange that opens, in this tab or another. Who will
   * be back in a moment leaves the page its place in line.
   */
  join(opened: (exchange: string) => void): (isBackSoon: boolean) => void;
  /** The exchange does not answer, so its tab must be frozen: this one takes its place. */
  takeOver(): void;
}

/** A client whose line was ended opens another within this, in milliseconds. */
const SOON_MS = 2_000;

interface Stay {
  channel: BroadcastChannel;
  candidacy: AbortController;
}

/**
 * Makes the page's presence. While it has lines it stands in line for one lock; who holds it is the exchange. When that tab
 * is closed, crashes, or lets go because it is frozen or put into the back/forward cache (its client closes its lines then),
 * the browser hands the lock to the next.
 */
export function createPresence(scope: string, connect: () => SocketLike): Presence {
  const members = new Set<(exchange: string) => void>();
  let stay: Stay | null = null;

  async function stand(signal: AbortSignal, steal: boolean): Promise<void> {
    const held: { exchange: Exchange | null } = { exchange: null };
    try {
      await navigator.locks.request(scope, steal ? { steal } : { signal }, () => {
        const exchange = createExchange(scope, connect);
        held.exchange = exchange;
        // At once: a page that is being frozen comes to nothing that would happen later.
        signal.addEventListener('abort', exchange.close, { once: true });
        return whenAborted(signal);
      });
    } catch {
      // It was given up, or another tab took the post over.
    } finally {
      held.exchange?.close();
    }
    if (!signal.aborted) await stand(signal, false);
  }

  function candidate(steal: boolean): AbortController {
    const candidacy = new AbortController();
    void stand(candidacy.signal, steal);
    return candidacy;
  }

  function come(): Stay {
    const channel = new BroadcastChannel(scope);
    channel.addEventListener('message', ({ data }: MessageEvent<ToExchange | Opened>) => {
      if (data.type === 'opened') for (const opened of [...members]) opened(data.exchange);
    });
    return { channel, candidacy: candidate(false) };
  }

  function go(): void {
    stay?.candidacy.abort();
    stay?.channel.close();
    stay = null;
  }

  return {
    tell: (message) => stay?.channel.postMessage(message),
    join(opened) {
      members.add(opened);
      stay ??= come();
      return (isBackSoon) => {
        const goUnlessNeeded = (): void => {
          if (members.size === 0) go();
        };
        members.delete(opened);
        if (isBackSoon) setTimeout(goUnlessNeeded, SOON_MS);
        else goUnlessNeeded();
      };
    },
    takeOver() {
      if (stay === null) return;
      stay.candidacy.abort();
      stay.candidacy = candidate(true);
    },
  };
}
