/** Keeps prompts from being sent while something must not meet one of them. */
export interface PostGate {
  /** Sends something; several may be on their way at once. */
  pass<T>(send: () => Promise<T>): Promise<T>;
  /** Does something while nothing is on its way; what wants to pass waits. */
  alone<T>(act: () => Promise<T>): Promise<T>;
}

export function createPostGate(): PostGate {
  let last: Promise<unknown> = Promise.resolve();
  const passing = new Set<Promise<unknown>>();
  return {
    async pass(send) {
      await last;
      const sent = send();
      const settled = sent.catch(() => undefined).finally(() => passing.delete(settled));
      passing.add(settled);
      return await sent;
    },
    async alone(act) {
      const turn = last.then(async () => {
        await Promise.all(passing);
        return await act();
      });
      last = turn.catch(() => undefined);
      return await turn;
    },
  };
}
