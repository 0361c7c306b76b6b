import type { Recording } from './recording.js';

/** What can be wrong with what a reader of a dialect was sent. */
export const FAULTS = {
  shape: 'A message lacks a key, or has one of another type.',
  first: 'A connection does not begin as the dialect says.',
  unknown: 'A message is about a job that is not in the log.',
  foreign: "A message is about another owner's job, or one of another kind.",
  unasked: 'A message is about a job that the reader did not ask for.',
  fell: 'Progress fell.',
  total: 'The total of the steps changed, or a step is beyond it.',
  'start-twice': 'The start of a job was told twice on one connection.',
  'start-late': 'The start of a job came after its progress.',
  'start-missing': 'A job started while the connection stood, and its start was not told.',
  'end-twice': 'The end of a job was told twice on one connection.',
  'end-missing': 'A job ended, and a connection that stayed open was not told.',
  'end-wrong': 'An end is not the one of the log.',
  'after-end': 'Something of a job was told after its end.',
  'no-hundred': 'A success was not preceded by 100 %.',
  order: 'Messages came in an order that the dialect does not know.',
  close: 'The connection was closed, or left open, where the dialect says otherwise.',
  'made-twice': 'The same request was made twice, though the first could have been joined.',
} as const;
export type FaultCode = keyof typeof FAULTS;

/** One fault that was found. */
export interface Fault {
  code: FaultCode;
  reader: string;
  /** Which connection, and which of its messages; null where it is not tied to one. */
  connection: number | null;
  index: number | null;
  message: string;
}

/** Collects the faults of one reader. */
export interface Findings {
  /** The connection and message under judgement. */
  at(connection: number, index: number | null): void;
  add(code: FaultCode, message: string): void;
  readonly faults: Fault[];
}

export function createFindings({ name }: Pick<Recording, 'name'>): Findings {
  const faults: Fault[] = [];
  let connection: number | null = null;
  let index: number | null = null;
  return {
    faults,
    at(nextConnection, nextIndex) {
      connection = nextConnection;
      index = nextIndex;
    },
    add: (code, message) => void faults.push({ code, reader: name, connection, index, message }),
  };
}

/** Faults as lines for people. */
export function describeFaults(faults: readonly Fault[]): string {
  return faults
    .map(({ code, reader, connection, index, message }) => `${code} [${reader} ${connection}/${index}] ${message}`)
    .join('\n');
}
