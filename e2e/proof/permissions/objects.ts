import { jobAnswerSchema, snapshotAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { type House, until } from '../../support/house.js';
import { type Expectation, secretJob } from './expectations.js';
import { HOLDERS, KEYS, type ObjectName } from './principals.js';

/** Makes the things that are asked about. */
export interface Objects {
  /** A job in the state that the route needs, or its file; answers with what names it. */
  make(object: ObjectName, expectation: Expectation): Promise<string>;
  /** Ends what was left running, so that there is room for the next. */
  tidy(): Promise<void>;
}

export function createObjects(house: House): Objects {
  let count = 0;
  let running: string[] = [];

  return {
    async make(object, expectation) {
      count += 1;
      const holder = HOLDERS[object];
      if (holder === null) return object === 'unknown' ? `nothing-${count}` : `planned-by-ada-${count}`;
      const ownId = object === "ada's, by her own id" ? `own-id-${count}` : null;
      const isRunning = expectation.state === 'running';
      const secret = secretJob(holder, ownId, isRunning ? { hangAtStep: 3 } : {});
      const body = expectation.kind === undefined ? secret : { ...secret, kind: expectation.kind };
      const { job } = (await house.call('/v1/jobs', { key: KEYS[holder], body })).as(jobAnswerSchema);
      if (isRunning) running.push(job.id);
      const reached = await until(
        async () => {
          const answer = (await house.call(`/v1/jobs/${job.id}`, { key: KEYS[holder] })).as(snapshotAnswerSchema);
          return (isRunning ? answer.levels.preview !== undefined : answer.job.state === 'succeeded') ? answer : null;
        },
        `a job that is ${isRunning ? 'running' : 'ended'}`,
      );
      const file = reached.job.outputs[0]?.artifact;
      if (expectation.about === 'artifact') return file === undefined ? '' : (expectation.named?.(file) ?? file.id);
      return ownId ?? job.id;
    },
    async tidy() {
      for (const id of running) await house.call(`/v1/jobs/${id}/cancel`, { key: KEYS.boss, method: 'POST' });
      running = [];
    },
  };
}
