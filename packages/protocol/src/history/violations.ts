/** What can be wrong with a history. The codes are permanent; tests name them. */
export const VIOLATIONS = {
  'RC-FACT-LOST': 'A fact was never shown, though a later one was or the reader watched to the end.',
  'RC-FACT-TWICE': 'A fact was shown again, or was already part of the snapshot.',
  'RC-FACT-ORDER': 'A fact was shown after a later one.',
  'RC-FACT-CONTENT': 'A fact differs from the one in the log.',
  'RC-FACT-UNKNOWN': 'A fact was shown that is not in the log.',
  'RC-OWNER-FOREIGN': 'Something of another owner was shown.',
  'RC-SCOPE': 'Something was shown that the reader did not ask for.',
  'RC-POSITION': 'A position is malformed or does not name the place it came with.',
  'RC-SNAPSHOT-CONTENT': 'A snapshot is not the fold of the facts up to its position.',
  'RC-SNAPSHOT-OLD': 'A snapshot is older than what the reader had seen.',
  'RC-SNAPSHOT-MISSING': 'A stream started in the middle of a job without saying how the job stands.',
  'RC-RESET-UNCALLED': 'A reset came though the position could have been used.',
  'RC-RESET-MISSING': 'A position that could not be used was not answered with a reset.',
  'RC-END-MISSING': 'The end was never shown, or a job that must have ended has no terminal fact.',
  'RC-END-TWICE': 'A job has more than one terminal fact.',
  'RC-LEVEL-AFTER-END': 'A level was shown after the end.',
  'RC-LEVEL-STALE': 'A level belongs to an older attempt than the facts before it.',
  'RC-LEVEL-AHEAD': 'A level was shown before the fact it follows.',
  'RC-LEVEL-STATE': 'A level contradicts the state: progress while waiting, or a place in the line while running.',
  'RC-LEVEL-BACK': 'A level is older than one of its kind shown before.',
  'RC-PROGRESS-FELL': 'Progress fell within an attempt.',
  'RC-PROGRESS-RANGE': 'Progress is not within 0 and 1.',
  'RC-LOG-NUMBERS': 'The facts of a job are not numbered 1, 2, 3 …',
  'RC-LOG-ORDER': 'The cursors of the log do not rise.',
  'RC-LOG-FIRST': 'A job does not begin with its one "queued".',
  'RC-LOG-AFTER-END': 'Something other than "edited" and "removed" follows the end.',
  'RC-LOG-ATTEMPT': 'A fact belongs to an attempt that does not hold the job.',
  'RC-LOG-CANCEL': 'A job went on to another try after its cancel was stored.',
} as const satisfies Record<string, string>;

export type ViolationCode = keyof typeof VIOLATIONS;

/** One fault found in a history. */
export interface Violation {
  code: ViolationCode;
  /** Name of the reader that shows it; null: the log itself. */
  reader: string | null;
  /** Index of the observation at which it shows; null where it is not tied to one. */
  index: number | null;
  jobId: string | null;
  /** Number of the fact concerned. */
  seq: number | null;
  /** The case at hand, for people. */
  message: string;
}
