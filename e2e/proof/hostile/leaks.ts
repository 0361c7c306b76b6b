import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** What no answer may hold: traces of the program, of the machine, of the parts behind the door. */
const TRACES: readonly [what: string, pattern: RegExp][] = [
  ['a stack trace', /\n\s+at |\bat [\w.<>]+ \(|node:internal|\bfile:\/\//],
  ['a file of the program', /\w\.(?:js|ts|mjs):\d+|node_modules|packages\/server/],
  ['an error of the system', /\bE(?:NOENT|ACCES|CONN\w+|IO|PERM|NOSPC|PIPE|ADDR\w+|INVAL)\b|errno|syscall/],
  // Ids are random letters and figures: a short word may stand within one, never by itself.
  ['the database', /sqlite|no such (?:table|column)|\bfts5\b|syntax error near/i],
  ['an error of the language', /(?:Type|Range|Reference)Error|undefined \(reading|is not a function|Cannot read prop/],
];

/** What in an answer should not be there; null: nothing. `secrets`: what is secret in this very run. */
export function leakIn(text: string, secrets: readonly string[]): string | null {
  for (const [what, pattern] of TRACES) {
    const at = text.search(pattern);
    if (at >= 0) return `${what}: …${text.slice(Math.max(0, at - 100), at + 200)}`;
  }
  for (const secret of [ROOT, homedir(), ...secrets])
    if (secret.length > 3 && text.includes(secret)) return `"${secret}" is shown: ${text.slice(0, 400)}`;
  return null;
}
