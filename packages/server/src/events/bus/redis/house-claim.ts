import type { Clock } from '../../../clock.js';
import type { Names } from './names.js';
import { BusOpenError } from './open-error.js';
import { CLAIM_NAMES } from './scripts.js';
import type { Session } from './session.js';

/** A claim holds for so long after it was last made, in milliseconds: the names of a house that is gone are free then. */
const HOLDS_MS = 60_000;
/** Time between two times of making it, in milliseconds. */
const CLAIM_EVERY_MS = 15_000;

/**
 * Keeps two houses apart that were given one prefix on one Redis: the names there belong to the house whose database names
 * itself so first.
 */
export interface HouseClaim {
  /** Claims the names. Throws BusOpenError `in_use` where they are another house's. */
  claim(session: Session): Promise<void>;
  /** Goes on claiming them, while the session lasts; `failed` is told in words where they have become another's. */
  attach(session: Session, failed: (reason: string) => void): void;
  detach(): void;
}

/** @param house What the database of this house calls itself; absent: there is only one house here, and no claim. */
export function createHouseClaim(clock: Clock, names: Names, prefix: string, house: string | undefined): HouseClaim {
  let takeBack = (): void => undefined;

  async function claim(session: Session): Promise<void> {
    if (house === undefined) return;
    const answer = await session.run(CLAIM_NAMES, [names.houseKey], [house, HOLDS_MS]);
    if (Number(answer) === 1) return;
    throw new BusOpenError(
      'in_use',
      `the names "${prefix}" in Redis at ${session.server} are used by another house, with another database; give one of the two another cluster name. (A house that has stopped gives them back after a minute.)`,
    );
  }

  function attach(session: Session, failed: (reason: string) => void): void {
    takeBack = clock.after(CLAIM_EVERY_MS, () => {
      attach(session, failed);
      claim(session).catch((thrown: unknown) => {
        // Any other fault ends the session by itself.
        if (thrown instanceof BusOpenError) failed(thrown.message);
      });
    });
  }

  return { claim, attach, detach: () => takeBack() };
}
