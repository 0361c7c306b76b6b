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
export function watchPage(events: PageEvents): () => void {
  const ends: (() => void)[] = [];
  const listen = (target: EventTarget, type: string, listener: (event: Event) => void): void => {
    target.addEventListener(type, listener);
    ends.push(() => target.removeEventListener(type, listener));
  };
  const persisted = (event: Event): boolean => 'persisted' in event && event.persisted === true;

  if (typeof window !== 'undefined' && typeof window.addEventListener === 'function') {
    listen(window, 'online', events.stirred);
    listen(window, 'offline', events.stirred);
    listen(window, 'pagehide', (event) => persisted(event) && events.suspended());
    listen(window, 'pageshow', (event) => persisted(event) && events.resumed());
  }
  if (typeof document !== 'undefined') {
    listen(document, 'visibilitychange', () => document.visibilityState === 'visible' && events.stirred());
    listen(document, 'freeze', events.suspended);
    listen(document, 'resume', events.resumed);
  }
  return () => {
    for (const end of ends.splice(0)) end();
  };
}

/**
 * Whether the platform says that there is no network. A hint for people only: a server on this very machine is
 * reachable all the same, so attempts go on.
 */
export function seemsOffline(): boolean {
  return typeof navigator !== 'undefined' && navigator.onLine === false;
}
