import { expect, test } from 'vitest';
import { createSteppedClock } from '../packages/server/src/queue/stepped-clock.contract.js';
import { openDirectStore } from './proof/histories/direct-store.js';
import { playHistory } from './proof/histories/history.js';
import { recordProof } from './proof/record.js';
import { noTally, tally } from './proof/tally.js';
import { seedOfRun, timesOfRun } from './stories/chance.js';

/** The first seed; the next history has the next one. A failing one is played again by naming it, with a count of 1. */
const SEED = seedOfRun(1_000_000);
const HISTORIES = timesOfRun('RENDERCAST_PROOF_HISTORIES', 100);
/** So many share a store; then a new one keeps memory small. */
const PER_STORE = 250;

test(`RC-RESUME-1 RC-FACT-1 RC-FACT-2 RC-LEVEL-1 RC-AUTH-2: ${HISTORIES} histories drawn from seed ${SEED} lose, repeat and leak nothing, and each job ends once`, {
  timeout: 60_000 + HISTORIES * 200,
}, async () => {
  const found = noTally();
  const reports: string[] = [];
  let facts = 0;
  for (let from = 0; from < HISTORIES; from += PER_STORE) {
    const clock = createSteppedClock();
    const store = openDirectStore(clock);
    for (let index = from; index < Math.min(HISTORIES, from + PER_STORE); index += 1) {
      const verdict = await playHistory(SEED + index, store, clock);
      facts += verdict.facts;
      tally(found, verdict.violations);
      found.wrong += verdict.broken.length;
      if (verdict.report !== '') reports.push(`seed ${SEED + index}:\n${verdict.report}`);
      if (verdict.report !== '' && HISTORIES === 1) console.error(verdict.trace());
    }
    await store.close();
  }
  const note = `${facts.toLocaleString('en')} facts, seeds from ${SEED}`;
  recordProof({ name: 'histories', count: HISTORIES, ...found, note });
  expect(reports.slice(0, 5).join('\n\n')).toBe('');
});
