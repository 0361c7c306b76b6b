import { useMemo, useSyncExternalStore } from 'react';

/** Where the person is: the screen's id, what follows it, and the query. */
export interface Route {
  screen: string;
  rest: readonly string[];
  query: URLSearchParams;
}

/** Takes an address (`#/live/j_1?large=1`) apart; an address without a screen has the empty one. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [screen = '', ...rest] = path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  return { screen, rest, query: new URLSearchParams(query) };
}

/** The address of a place, for `href`: it can be opened in a new tab, kept and sent like any other. */
export function linkTo(screen: string, rest: readonly string[] = [], query: Record<string, string> = {}): string {
  const path = [screen, ...rest].map(encodeURIComponent).join('/');
  const search = new URLSearchParams(query).toString();
  return `#/${path}${search === '' ? '' : `?${search}`}`;
}

/** Goes to a place of `linkTo`. `replace` leaves no step behind for the back button. */
export function go(link: string, how: 'push' | 'replace' = 'push'): void {
  if (link === window.location.hash) return;
  if (how === 'push') {
    window.location.hash = link;
    return;
  }
  window.history.replaceState(window.history.state, '', link);
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}

/** The place that the address names; renders anew when it changes. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(
    subscribe,
    () => window.location.hash,
    () => '',
  );
  return useMemo(() => parseRoute(hash), [hash]);
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a stray percent sign, typed by hand
  }
}
