import { RendercastError } from '@rendercast/protocol';
import type { Blobs } from './blobs.js';

/**
 * An output that is being made, in one attempt. Its bytes lie in numbered chunks beside a head that says what they are;
 * no other attempt writes under these keys, and after the end they are deleted.
 */
export interface Growth {
  jobId: string;
  attempt: number;
  slot: number;
  mediaType: string;
}

/** Which growth; what it is stands in its head. */
export type GrowthPlace = Omit<Growth, 'mediaType'>;

const KEY = /^grow_(.+)_(\d{1,9})_\d{1,9}\.(?:head|\d{1,9})$/;

const stemOf = ({ jobId, attempt, slot }: GrowthPlace): string => `grow_${jobId}_${attempt}_${slot}`;

/** Key of what a growth is. */
export function growthHeadKey(place: GrowthPlace): string {
  return `${stemOf(place)}.head`;
}

/** Key of one chunk; the first is 0. */
export function growthChunkKey(place: GrowthPlace, n: number): string {
  return `${stemOf(place)}.${n}`;
}

/** The attempt that a key's bytes grow in; null: it is no growth's key. */
export function growthOfKey(key: string): { jobId: string; attempt: number } | null {
  const match = KEY.exec(key);
  return match === null ? null : { jobId: match[1] ?? '', attempt: Number(match[2]) };
}

/** The bytes of a head. */
export function writtenHead({ mediaType }: Growth): Uint8Array {
  return Buffer.from(mediaType);
}

/** What grows there; null: nothing does. */
export async function findGrowth(blobs: Pick<Blobs, 'read'>, place: GrowthPlace): Promise<Growth | null> {
  const head: Uint8Array[] = [];
  try {
    for await (const bytes of blobs.read(growthHeadKey(place), null)) head.push(bytes);
  } catch (thrown) {
    if (thrown instanceof RendercastError && thrown.code === 'not_found') return null;
    throw thrown;
  }
  return { ...place, mediaType: Buffer.concat(head).toString() };
}
