import { createHmac, timingSafeEqual } from 'node:crypto';
import type { LeaseRef } from '../../stores/store.js';

/** Bytes of a seal: nobody guesses 128 bits. */
const SEAL_BYTES = 16;

/** Turns leases into words that only the key that claimed can use, on any node and after any restart. */
export interface LeaseSeal {
  seal(owner: string, lease: LeaseRef): string;
  /** The lease behind such a word; null: it is not this caller's, or not this job's, or no such word at all. */
  open(owner: string, jobId: string, word: string): LeaseRef | null;
}

/** @param secret null: there are no keys, and everybody who may call is one and the same. */
export function createLeaseSeal(secret: string | null): LeaseSeal {
  const markOf = (owner: string, { jobId, attempt }: LeaseRef): string =>
    secret === null
      ? 'open'
      : createHmac('sha256', secret)
          .update(JSON.stringify(['worker lease', owner, jobId, attempt]))
          .digest()
          .subarray(0, SEAL_BYTES)
          .toString('base64url');

  return {
    seal: (owner, lease) => `${lease.attempt}.${markOf(owner, lease)}`,
    open(owner, jobId, word) {
      const [, digits = '', mark = ''] = /^([1-9]\d{0,8})\.([\w-]{1,64})$/.exec(word) ?? [];
      if (digits === '') return null;
      const lease = { jobId, attempt: Number(digits) };
      const good = Buffer.from(markOf(owner, lease));
      const given = Buffer.from(mark);
      return good.length === given.length && timingSafeEqual(good, given) ? lease : null;
    },
  };
}
