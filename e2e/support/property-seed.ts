import * as fc from 'fast-check';
import { vi } from 'vitest';
import { seedOfRun, timesOfRun } from '../stories/chance.js';

/*
 * Runs before every test file. Properties draw from one seed, so that a commit that passed passes again; a property that
 * names its own seed keeps it. What fails prints the seed and the path to it.
 */
/** How many times as often as usual each property is tried. */
const times = timesOfRun('RENDERCAST_TEST_RUNS', 1);
fc.configureGlobal({
  ...fc.readConfigureGlobal(),
  seed: seedOfRun(20_260_101) | 0,
  // Dear properties get a minute and as many runs as fit in: well under the time limits of their tests.
  ...(times > 1 && { interruptAfterTimeLimit: 60_000 }),
});
// The number of runs stands at each property, where a global one does not reach.
if (times > 1)
  vi.doMock('fast-check', async (importOriginal) => {
    const original = await importOriginal<typeof fc>();
    const assert = ((property: fc.IRawProperty<unknown>, parameters: fc.Parameters<unknown> = {}) =>
      original.assert(property, { ...parameters, numRuns: times * (parameters.numRuns ?? 100) })) as typeof fc.assert;
    return { ...original, assert, default: { ...original.default, assert } };
  });
