import type { Principal } from '@rendercast/protocol';
import type { WorkerVerbs } from '@rendercast/protocol/worker/verbs';
import { createCaller } from './caller.js';
import { claimWork } from './claim-work.js';
import { createEndVerbs } from './end-verbs.js';
import { createHeldWorks } from './held-works.js';
import { staying } from './presence.js';
import type { RemoteOptions, RemoteParts } from './remote-parts.js';
import { createReportVerbs } from './report-verbs.js';
import { createStandingVerbs } from './standing-verbs.js';
import { createWorkBell } from './work-bell.js';

/** The door to the queue for workers of somebody else's making, in whatever language and on whatever machine. */
export interface RemoteWork {
  verbsFor(principal: Principal): WorkerVerbs;
  close(): void;
}

/** Joins the verbs of claimants over one queue. Nothing here is needed after a restart: leases are in the store. */
export function createRemoteWork(options: RemoteOptions): RemoteWork {
  const { clock, directory, presence, queue } = options;
  const parts: RemoteParts = {
    ...options,
    traitsOf: (job) => directory.traits(job.ranOn?.engine ?? job.engine) ?? { repeatable: true },
  };
  const works = createHeldWorks(parts);
  const bell = createWorkBell(queue, clock);

  return {
    verbsFor(principal) {
      const caller = createCaller(parts, works, principal);
      return {
        async claim(about, waitMs, signal) {
          caller.requireWorker();
          presence.heard(about);
          return await staying(presence, about.worker, () =>
            claimWork(parts, { bell, works }, principal, { about, waitMs, signal }),
          );
        },
        ...createStandingVerbs(parts, works, caller),
        ...createReportVerbs(parts, caller),
        ...createEndVerbs(parts, caller),
      };
    },
    close() {
      bell.close();
      works.close();
    },
  };
}
