import type { Fact } from '@rendercast/protocol';
import type { ParsedFact } from '../fact-texts.js';

/**
 * Facts cross the border between threads as the text they are stored as: parsing it costs less than a
 * structured clone, and the jobs that go with them are folded on arrival, sharing what did not change.
 */
export interface FactText {
  cursor: number;
  text: string;
}

/** Parses one fact. */
export function parseFact({ cursor, text }: FactText): ParsedFact {
  return { cursor, fact: JSON.parse(text) as Fact };
}
