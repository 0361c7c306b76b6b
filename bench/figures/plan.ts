/** How long and how often things are measured. */
export interface Plan {
  /** Interleaved rounds; the table shows their medians. */
  rounds: number;
  /** Length of one window, in seconds, and what runs before it unmeasured. */
  windowS: number;
  warmS: number;
  /** Connections of the idle figures. */
  idleSockets: number;
  /** Jobs in the store that is started anew. */
  keptJobs: number;
  /** Facts that are replayed: jobs times stages. */
  replay: { jobs: number; stages: number };
  /** Jobs that are run through, from submission to end. */
  jobsRun: number;
  /** Says what happens, while it happens. */
  say(line: string): void;
}

export const FULL: Omit<Plan, 'say'> = {
  rounds: 3,
  windowS: 4,
  warmS: 1.5,
  idleSockets: 10_000,
  keptJobs: 10_000,
  replay: { jobs: 300, stages: 200 },
  jobsRun: 1_000,
};

export const QUICK: Omit<Plan, 'say'> = {
  rounds: 1,
  windowS: 2,
  warmS: 0.7,
  idleSockets: 4_000,
  keptJobs: 10_000,
  replay: { jobs: 100, stages: 100 },
  jobsRun: 400,
};
