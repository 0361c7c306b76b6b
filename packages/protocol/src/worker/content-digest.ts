/** Bytes of a SHA-256, and its length in base64. */
const DIGEST = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):\s*(?:,|$)/;

/**
 * Reads the SHA-256 out of a `Content-Digest` header (RFC 9530: `sha-256=:<base64>:`), as hexadecimal digits; null where
 * it names none.
 */
export function readContentDigest(header: string | undefined): string | null {
  const base64 = DIGEST.exec(header ?? '')?.[1];
  if (base64 === undefined) return null;
  return Array.from(atob(base64), (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}
