/** Lets so many in at a time: a browser has six connections to a server, and others need some too. */
export interface Turns {
  /** Waits for a turn; the function that it brings ends that, and must be called once. */
  enter(): Promise<() => void>;
  /** Whether others wait. */
  readonly crowded: boolean;
}

/**
 * Makes a gate for so many. Who is not interested any more when its turn comes ends it at once: turns are short, so
 * that saves a way out of the line.
 */
export function createTurns(places: number): Turns {
  let free = places;
  const line: (() => void)[] = [];

  function leave(): void {
    free += 1;
    line.shift()?.();
  }

  return {
    get crowded() {
      return line.length > 0;
    },
    async enter() {
      while (free === 0) await new Promise<void>((resolve) => line.push(resolve));
      free -= 1;
      return leave;
    },
  };
}
