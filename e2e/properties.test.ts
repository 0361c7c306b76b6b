import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { recordProof } from './proof/record.js';
import { seedOfRun, timesOfRun } from './stories/chance.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SEEDS = timesOfRun('RENDERCAST_PROOF_SEEDS', 1);
const IS_SAMPLE = process.env.RENDERCAST_PROOF_SEEDS === undefined;
/** `npm test` is the same every time; the proof is new every time, unless it is to be seen again. */
const FIRST_SEED = seedOfRun(IS_SAMPLE ? 7 : Date.now() % 2 ** 31);
const EACH_MS = 15 * 60_000;

/** What a run of vitest came to; of the failures, what they said. */
interface Run {
  tests: number;
  failures: string[];
}

describe('properties hold whatever is drawn', () => {
  it(`under ${SEEDS} seeds from ${FIRST_SEED} on`, { timeout: SEEDS * EACH_MS }, async () => {
    const files = IS_SAMPLE ? ['packages/protocol/src/position.test.ts'] : [...filesWithProperties()];
    const runs: Run[] = [];
    for (let n = 0; n < SEEDS; n += 1) runs.push(await runWith(FIRST_SEED + n, files));
    const count = runs.reduce((sum, { tests }) => sum + tests, 0);
    const failures = runs.flatMap((run) => run.failures);
    recordProof({ name: 'properties', count, wrong: failures.length, note: `${SEEDS} seeds from ${FIRST_SEED}` });
    expect(failures).toEqual([]);
    expect(count).toBeGreaterThanOrEqual(SEEDS * files.length);
  });
});

/** The tests that draw, also those whose exam does. */
function* filesWithProperties(): Generator<string> {
  for (const folder of ['packages', 'apps'])
    for (const entry of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/^[^/]+\/src\/.*\.test\.ts$/.test(entry)) continue;
      const text = readFileSync(join(ROOT, folder, entry), 'utf8');
      if (/from 'fast-check'|dialect-exam\/|dialect\.contract\.js'/.test(text)) yield `${folder}/${entry}`;
    }
}

async function runWith(seed: number, files: readonly string[]): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'rendercast-properties-'));
  const report = join(folder, 'report.json');
  const env = { ...process.env, RENDERCAST_TEST_SEED: `${seed}`, RENDERCAST_TEST_RUNS: '10' };
  try {
    const vitest = join(ROOT, 'node_modules/.bin/vitest');
    const child = spawn(vitest, ['run', '--reporter=json', `--outputFile=${report}`, ...files], {
      ...{ cwd: ROOT, env, stdio: 'ignore', timeout: EACH_MS },
    });
    const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
    const run = readReport(report);
    if (code !== 0 && run.failures.length === 0) run.failures.push(`under seed ${seed} the run ended with ${code}`);
    return { ...run, failures: run.failures.map((failure) => `seed ${seed}: ${failure}`) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The part of vitest's report that counts here. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  testResults: {
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

function readReport(file: string): Run {
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const failed = report.testResults.flatMap((result) =>
    result.assertionResults.filter(({ status }) => status === 'failed'),
  );
  return {
    tests: report.numPassedTests + report.numFailedTests,
    failures: failed.map(({ fullName, failureMessages }) => `${fullName}\n${failureMessages.join('\n')}`),
  };
}
