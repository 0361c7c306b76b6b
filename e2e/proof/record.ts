import { appendFileSync } from 'node:fs';

/** What a proof came to: one row of the table that `npm run proof` prints. */
export interface ProofResult {
  /** The name in registry.mjs. */
  name: string;
  /** How many cases were tried. */
  count: number;
  /** How many of them were wrong; where histories were judged, how many violations were found. */
  wrong: number;
  /** Of those: facts lost, facts repeated, jobs without exactly one end, leaks between owners. Absent: not looked at. */
  lost?: number;
  repeated?: number;
  ends?: number;
  leaks?: number;
  /** Figures worth knowing beside it, for people. */
  note?: string;
}

/** Hands a result to `npm run proof`; in an ordinary test run it goes nowhere. Call it before the expectation that may fail. */
export function recordProof(result: ProofResult): void {
  const file = process.env.RENDERCAST_PROOF_REPORT;
  if (file !== undefined && file !== '') appendFileSync(file, `${JSON.stringify(result)}\n`);
}
