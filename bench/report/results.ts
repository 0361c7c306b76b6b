import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('../../RESULTS.md', import.meta.url));
const BEGIN = '<!-- table -->';
const END = '<!-- end of table -->';

/** Puts a report into RESULTS.md, in place of the one before. What people wrote around it stays. */
export function writeResults(report: string): void {
  const page = readFileSync(FILE, 'utf8');
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from < 0 || to < from) throw new Error(`${FILE} has lost its marks`);
  const [about = '', table = ''] = report.split('\n\n');
  const section = `${BEGIN}\n\n\`\`\`text\n${about}\n\`\`\`\n\n${table}\n\n`;
  writeFileSync(FILE, page.slice(0, from) + section + page.slice(to));
}
