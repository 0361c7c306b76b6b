/** The words around the moment at which a report was due, by which readers measure the delay. */
export const DUE_MARK = '"step":';

/** The name of a topic, as long as the server's own ids. */
export function jobName(topic: number): string {
  return `j_${String(topic).padStart(20, '0')}`;
}

/** What peers send: a progress message of the same fields and length as Rendercast's own. */
export function levelMessage(topic: number, dueUs: number) {
  const jobId = jobName(topic);
  return {
    type: 'level',
    topic: `job:${jobId}`,
    jobId,
    level: {
      kind: 'progress',
      attempt: 1,
      after: 2,
      tick: Date.now(),
      fraction: fractionAt(dueUs),
      stage: 'base_model',
      step: dueUs,
      steps: null,
      etaMs: 1_000_000,
      elapsedMs: 10_000,
    },
  };
}

/** A part of the whole that grows with time and never reaches its end within a run of the bench. */
export function fractionAt(dueUs: number): number {
  return Math.round((1 - 1 / (1 + dueUs / 1e13)) * 1e9) / 1e9;
}
