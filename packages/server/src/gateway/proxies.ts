import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import type { Config } from '../config.js';

/** What trusted proxies say of a request, and what is known without them. */
export interface Proxies {
  /** The caller: the nearest address that is no trusted proxy's. What it says itself counts for nothing. */
  addressOf(request: IncomingMessage): string;
  /** What callers' open connections are counted under: an IPv4 address, or the 64-bit network that one IPv6 caller has. */
  callerOf(request: IncomingMessage): string;
  /** Host and protocol that the caller used, where the peer is a trusted proxy and says so; null: unsaid. */
  forwardedOf(request: IncomingMessage): Forwarded;
}

export interface Forwarded {
  host: string | null;
  protocol: 'http' | 'https' | null;
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = readonly [Address, number];

const NOTHING: Forwarded = { host: null, protocol: null };

/** Without trusted proxies the `X-Forwarded-…` headers are not looked at. */
export function createProxies({ trustedProxies }: Pick<Config, 'trustedProxies'>): Proxies {
  const networks: readonly Network[] = trustedProxies.map(networkOf);
  const isTrusted = (address: Address): boolean =>
    networks.some(([network, bits]) => address.kind() === network.kind() && address.match(network, bits));

  const peerOf = (request: IncomingMessage): Address | null => parse(request.socket?.remoteAddress ?? '');

  function nearestStranger(request: IncomingMessage): Address | null {
    let nearest = peerOf(request);
    if (networks.length === 0) return nearest;
    for (const said of listOf(request, 'x-forwarded-for').reverse()) {
      if (nearest === null || !isTrusted(nearest)) return nearest;
      const before = parse(withoutPort(said));
      // A proxy that does not know, or a client that lies into the list: whoever passed it on stands for it.
      if (before === null) return nearest;
      nearest = before;
    }
    return nearest;
  }

  return {
    addressOf: (request) => nearestStranger(request)?.toString() ?? '',
    callerOf(request) {
      const address = nearestStranger(request);
      if (address === null) return '';
      if (address.kind() === 'ipv4') return address.toString();
      return `${ipaddr.fromByteArray([...address.toByteArray().slice(0, 8), 0, 0, 0, 0, 0, 0, 0, 0]).toString()}/64`;
    },
    forwardedOf(request) {
      const peer = networks.length === 0 ? null : peerOf(request);
      if (peer === null || !isTrusted(peer)) return NOTHING;
      const protocol = listOf(request, 'x-forwarded-proto').at(-1)?.toLowerCase();
      const host = listOf(request, 'x-forwarded-host').at(-1);
      return {
        host: host !== undefined && /^[\w.:[\]-]{1,255}$/.test(host) ? host : null,
        protocol: protocol === 'http' || protocol === 'https' ? protocol : null,
      };
    },
  };
}

/** `10.0.0.0/8` or one address. Throws for anything else. */
function networkOf(text: string): Network {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** The entries of a header that every proxy adds to. */
function listOf(request: IncomingMessage, name: string): string[] {
  const header = request.headers[name];
  const text = Array.isArray(header) ? header.join(',') : (header ?? '');
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** IPv4 in IPv6's clothes (`::ffff:10.0.0.1`) is IPv4. Only full addresses: `10.1` is none. */
function parse(text: string): Address | null {
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return null;
  return ipaddr.process(text);
}

/** `192.0.2.1:4711` and `[2001:db8::1]:4711` → the address alone. */
function withoutPort(text: string): string {
  return /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
}
