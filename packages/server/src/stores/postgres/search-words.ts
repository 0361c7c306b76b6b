import type { Job } from '@rendercast/protocol';
import { searchedText } from '../searched-text.js';
import { plainText } from './connection.js';

/**
 * Text as it is searched: compatibility forms made equal, then lower case. Words are looked for anywhere in it, so
 * that languages written without spaces are found too.
 */
function fold(text: string): string {
  return plainText(text.normalize('NFKC').toLowerCase());
}

/** What a job is found by, made ready to be searched. */
export function searchText(job: Pick<Job, 'request' | 'tags' | 'seed'>): string {
  return fold(searchedText(job));
}

/** The words of a search, all of which must occur; none: everything matches. */
export function searchWords(search: string | null): string[] {
  return fold(search ?? '')
    .split(/\s+/u)
    .filter((word) => word !== '');
}
