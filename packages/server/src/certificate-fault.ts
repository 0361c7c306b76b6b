/** Codes of Node and OpenSSL for a certificate that cannot be trusted (https://nodejs.org/docs/latest-v20.x/api/tls.html#x509-certificate-error-codes). */
const CODES = new Set([
  'CERT_CHAIN_TOO_LONG',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** What an operator can do about it. */
const REMEDY =
  'Let the variable NODE_EXTRA_CA_CERTS name a file with the certificate of the authority that signed it, in PEM.';

/**
 * What to tell the operator where a line was not made because of the other side's certificate: waiting does not help then.
 * Null for every other fault.
 */
export function certificateFault(thrown: unknown, server: string): string | null {
  if (!(thrown instanceof Error) || !('code' in thrown) || !CODES.has(String(thrown.code))) return null;
  return `${server} showed a certificate that cannot be trusted (${thrown.message}). ${REMEDY}`;
}
