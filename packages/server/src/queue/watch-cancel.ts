import { isTerminal, type Job, type LoggedFact } from '@rendercast/protocol';
import type { RunParts } from './run-parts.js';

/** Listens for facts of the job, then looks once at what may have been missed before; returns how to stop. */
export function watchCancel(
  { bus, store, logger }: Pick<RunParts, 'bus' | 'store' | 'logger'>,
  jobId: string,
  look: (job: Job) => void,
): () => void {
  let stopped = false;
  let stop = (): void => undefined;
  const facts = (logged: readonly LoggedFact[]) => {
    for (const { fact, job } of logged) if (fact.type === 'canceling' || isTerminal(fact)) look(job);
  };
  const lookUp = async () => {
    const stored = await store.find(jobId, null);
    if (stored !== null && !stopped) look(stored.job);
  };
  const failed = (thrown: unknown) => logger.warn({ err: thrown, jobId }, 'a cancel will be seen late: no hints');
  const missed = () => void lookUp().catch(failed);
  const listen = async () => {
    const listening = await bus.listen({ job: jobId, levels: false }, { facts, level: () => undefined, missed });
    stop = () => listening.stop();
    if (stopped) return stop();
    await lookUp();
  };
  listen().catch(failed);
  return () => {
    stopped = true;
    stop();
  };
}
