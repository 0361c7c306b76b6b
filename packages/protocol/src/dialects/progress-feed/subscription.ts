/** Names kept per socket; the oldest are forgotten beyond it, so that one socket costs a known amount of memory. */
export const MAX_NAMES = 10_000;

/** Which jobs a socket follows. Subscriptions add up. */
export interface Subscription {
  /** Adds jobs (null: all); answers those that are new, null for all. */
  add(jobIds: readonly string[] | null): readonly string[] | null;
  /** Takes jobs away (null: all). */
  remove(jobIds: readonly string[] | null): void;
  /** Whether a job is followed, by either of its ids. */
  has(jobId: string, shown: string): boolean;
  /** The names of the only jobs that are followed; null: it is all, or all but some. */
  names(): ReadonlySet<string> | null;
  /** Everything that is followed, to be looked up again: the names, and whether all are. */
  whole(): { all: boolean; names: readonly string[] };
}

export function createSubscription(): Subscription {
  let all = false;
  const names = new Set<string>();
  /** Jobs taken away from all. */
  const except = new Set<string>();

  function keep(set: Set<string>, name: string): void {
    set.add(name);
    const [oldest] = set;
    if (set.size > MAX_NAMES && oldest !== undefined) set.delete(oldest);
  }

  return {
    add(jobIds) {
      if (jobIds === null) {
        const known = all && except.size === 0;
        all = true;
        except.clear();
        return known ? [] : null;
      }
      const fresh = jobIds.filter((id) => !names.has(id));
      for (const id of jobIds) {
        keep(names, id);
        except.delete(id);
      }
      return fresh;
    },
    remove(jobIds) {
      if (jobIds === null) {
        all = false;
        names.clear();
        except.clear();
        return;
      }
      for (const id of jobIds) {
        names.delete(id);
        if (all) keep(except, id);
      }
    },
    has: (jobId, shown) =>
      all && except.size === 0
        ? true
        : names.has(jobId) || names.has(shown) || (all && !except.has(jobId) && !except.has(shown)),
    names: () => (all ? null : names),
    whole: () => ({ all, names: [...names] }),
  };
}
