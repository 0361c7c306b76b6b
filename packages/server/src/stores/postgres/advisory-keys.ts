import { createHash } from 'node:crypto';

/**
 * Number of an advisory lock. Locks are taken by number for a whole database, so the schema is part of what it stands
 * for. As text: numbers of 64 bits are beyond JavaScript's.
 */
export function lockKey(schema: string, ...name: readonly string[]): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([schema, ...name]))
    .digest();
  return digest.readBigInt64BE(0).toString();
}
