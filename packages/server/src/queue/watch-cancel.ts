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
  const listen = async () => {
    const listening = await bus.listen({ job: jobId }, { facts, level: () => undefined });
    stop = () => listening.stop();
    if (stopped) return stop();
    const stored = await store.find(jobId, null);
    if (stored !== null && !stopped) look(stored.job);
  };
  listen().catch((thrown: unknown) => logger.warn({ err: thrown, jobId }, 'a cancel will be seen late: no hints'));
  return () => {
    stopped = true;
    stop();
  };
}
