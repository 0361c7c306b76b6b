import type { Job } from '@rendercast/protocol';
import { searchedText } from '../searched-text.js';

/**
 * Text as it is searched: compatibility forms made equal, then lower case. Words are looked for anywhere in it, so
 * that languages written without spaces are found too. FTS5 was weighed: `unicode61` takes a Chinese sentence for one
 * word, `trigram` needs three characters, and a prompt of 10,000 characters costs 0.8 and 1.6 ms to store instead of
 * 0.2. Looking through 12,000 prompts for a word that is in none takes 6 ms.
 */
function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
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
