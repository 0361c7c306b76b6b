import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a run found wrong: each with the seed and number that make it again. */
export interface Findings {
  readonly count: number;
  add(at: { seed: number; index: number }, what: string, sent: Buffer | string): void;
  /** For people; empty when nothing was found. Also kept in `output/`, whole. */
  report(): string;
}

const OUTPUT = fileURLToPath(new URL('../../../output', import.meta.url));
const SHOWN = 10;

export function createFindings(name: string): Findings {
  const lines: string[] = [];
  return {
    get count() {
      return lines.length;
    },
    add({ seed, index }, what, sent) {
      const bytes = Buffer.from(sent);
      const shown = `${bytes
        .subarray(0, 300)
        .toString('latin1')
        .replace(/[^\x20-\x7e]/g, '·')} (${bytes.length} bytes)`;
      lines.push(`seed ${seed}, case ${index}: ${what}\n    sent: ${shown}`);
    },
    report() {
      if (lines.length === 0) return '';
      mkdirSync(OUTPUT, { recursive: true });
      writeFileSync(join(OUTPUT, `${name.replaceAll(' ', '-')}.txt`), `${lines.join('\n')}\n`);
      return lines.slice(0, SHOWN).join('\n');
    },
  };
}
