/** The servers that the fake can be. */
export const KINDS = ['sdnext', 'a1111', 'forge', 'sdcpp'] as const;
export type Kind = (typeof KINDS)[number];

/** What a server says of its work: one state for all, as the real ones keep it. */
export interface ServerState {
  id: string | null;
  job: string;
  jobCount: number;
  jobNo: number;
  step: number;
  steps: number;
  interrupted: boolean;
  skipped: boolean;
  timestamp: string;
  /** The picture as it is now, drawn when somebody asks; null: none. */
  picture: { seed: number; done: number } | null;
  pictureNo: number;
  /** Task whose work this is. */
  task: string | null;
}

/** Tasks as A1111 and Forge follow them. */
export interface TaskBook {
  pending: string[];
  active: string | null;
  /** The last sixteen. */
  finished: string[];
}

/** A server that has just started. */
export function createServerState(): ServerState {
  return {
    ...{ id: null, job: '', jobCount: 0, jobNo: 0, step: 0, steps: 0, interrupted: false, skipped: false },
    ...{ timestamp: '0', picture: null, pictureNo: 0, task: null },
  };
}

/** Fraction as the kind works it out; each has its own oddities. */
export function fractionOf(kind: Kind, { jobCount, jobNo, step, steps }: ServerState): number {
  if (kind === 'sdnext') {
    if (jobCount === 0 && step === 0) return 0;
    return round(Math.min(1, (steps * jobNo + step) / Math.max(1, steps * Math.max(jobCount, 1))));
  }
  if (jobCount === 0) return 0;
  const within = steps > 0 ? step / steps / jobCount : 0;
  return Math.min(1, 0.01 + jobNo / jobCount + within);
}

/** Fraction of one task, as `/internal/progress` says it on A1111 and Forge. */
export function taskFractionOf({ jobCount, jobNo, step, steps }: ServerState): number {
  if (jobCount <= 0) return 0;
  return Math.min(1, jobNo / jobCount + (steps > 0 ? step / steps / jobCount : 0));
}

const round = (value: number) => Math.round(value * 100) / 100;
