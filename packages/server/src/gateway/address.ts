/** The parts of what a request asks for. */
export interface Address {
  /** Percent-encoded, as it was sent. */
  path: string;
  query: URLSearchParams;
}

/**
 * Reads the target of a request line. `new URL` would throw at what strangers may send (`//`), and resolve what the
 * router sees unresolved (`/a/../b`).
 */
export function readAddress(target: string | undefined): Address {
  const local = (target ?? '/').replace(/^https?:\/\/[^/?#]*/i, '').replace(/#.*$/s, '');
  const mark = local.indexOf('?');
  const path = mark < 0 ? local : local.slice(0, mark);
  return { path: path === '' ? '/' : path, query: new URLSearchParams(mark < 0 ? '' : local.slice(mark + 1)) };
}
