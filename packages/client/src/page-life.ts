/** What happens to the page that a client lives in. */
export interface PageEvents {
  /** The page is frozen or goes into the back/forward cache; an open socket would keep it out. */
  suspended(): void;
  /** It is back. */
  resumed(): void;
  /** Something changed (network, visibility): open connections should be checked, waiting ones tried now. */
  stirred(): void;
}

/** Watches the page's life; the returned function ends that. Outside browsers nothing happens. */
export function watchPage({ suspended, resumed, stirred }: PageEvents): () => void {
  const { window, document } = globalThis as { window?: Window; document?: Document };
  const ending = new AbortController();
  const listen = (target: EventTarget | undefined, type: string, act: () => void, when?: (event: Event) => boolean) =>
    target?.addEventListener?.(type, (event) => when?.(event) === false || act(), { signal: ending.signal });
  const isKept = (event: Event): boolean => (event as PageTransitionEvent).persisted;

  listen(window, 'online', stirred);
  listen(window, 'offline', stirred);
  listen(window, 'pagehide', suspended, isKept);
  listen(window, 'pageshow', resumed, isKept);
  listen(document, 'visibilitychange', stirred, () => document?.visibilityState === 'visible');
  listen(document, 'freeze', suspended);
  listen(document, 'resume', resumed);
  return () => ending.abort();
}

/**
 * Whether the platform says that there is no network. A hint for people only: a server on this very machine is
 * reachable all the same, so attempts go on.
 */
export function seemsOffline(): boolean {
  return (globalThis as { navigator?: Navigator }).navigator?.onLine === false;
}
