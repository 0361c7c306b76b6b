/**
 * `npm run proof`: the whole counts of the long proofs, one after another, and one table of what came of them. Takes the
 * better part of an hour. Names of proofs may be given, or what the names of several begin with:
 * `npm run proof -- 'hostile frames'`, `npm run proof -- 'cancel races'`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROOFS } from '../e2e/proof/registry.mjs';
import { build } from './build.mjs';
import { captureTool } from './run-tool.mjs';

const wanted = process.argv.slice(2);
const isMeant = (proof, name) => proof.name === name || proof.name.startsWith(`${name}: `);
const unknown = wanted.filter((name) => !PROOFS.some((proof) => isMeant(proof, name)));
if (unknown.length > 0) {
  console.error(`no such proof: ${unknown.join(', ')}\nthere are: ${PROOFS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
if (!(await build({ say: (line) => console.error(line) }))) process.exit(1);

const folder = mkdtempSync(join(tmpdir(), 'rendercast-proof-'));
const rows = [];
try {
  for (const proof of PROOFS.filter((each) => wanted.length === 0 || wanted.some((name) => isMeant(each, name))))
    rows.push(await prove(proof, rows.length));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const heads = ['proof', 'count', 'seconds', 'wrong', 'lost', 'repeated', 'ends ≠ 1', 'leaks', ''];
const cells = [heads, ...rows.map((row) => [row.name, row.count, row.seconds, row.wrong, ...row.faults, row.note])];
const widths = heads.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
const line = (row) =>
  `| ${row.map((cell, at) => (at > 0 && at < heads.length - 1 ? cell.padStart(widths[at]) : cell.padEnd(widths[at]))).join(' | ')} |`;
console.log('');
for (const [index, row] of cells.entries()) {
  console.log(line(row));
  if (index === 0) console.log(`|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
}
process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1;

/** Runs one proof; a test that failed without saying how many were wrong counts as `FAILED`. */
async function prove({ name, file, env, only }, index) {
  const report = join(folder, `${index}.jsonl`);
  const startedMs = performance.now();
  console.error(`proving ${name} …`);
  const args = ['run', file, ...(only === undefined ? [] : ['-t', only])];
  const { code, output } = await captureTool('vitest', args, { env: { ...env, RENDERCAST_PROOF_REPORT: report } });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
  const results = resultsIn(report).filter((result) => result.name === name);
  const sum = (key) => results.reduce((total, result) => total + (result[key] ?? 0), 0);
  const ok = code === 0 && results.length > 0 && sum('wrong') === 0;
  if (!ok) console.error(output.trim());
  const wrong =
    results.length === 0 || (code !== 0 && sum('wrong') === 0) ? 'FAILED' : sum('wrong').toLocaleString('en');
  const note = results.map((result) => result.note ?? '').join('; ');
  const faults = ['lost', 'repeated', 'ends', 'leaks'].map((key) =>
    results.some((result) => result[key] !== undefined) ? sum(key).toLocaleString('en') : '',
  );
  return { name, ok, faults, count: sum('count').toLocaleString('en'), seconds, wrong, note };
}

function resultsIn(report) {
  try {
    return readFileSync(report, 'utf8')
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
  } catch {
    return []; // nothing was recorded
  }
}
