import type { Files } from './source-tree.js';

/** A line that should not be in a repository. */
export interface Leak {
  file: string;
  line: number;
  what: string;
}

/** What is looked for. Sources of patterns are written so that they do not match themselves. */
const PATTERNS: { what: string; pattern: RegExp; except?: RegExp }[] = [
  { what: 'a path of one machine', pattern: /(?:^|[\s'"`(=:])\/(?:work|root|home\/\w+|Users\/\w+)\/[\w.-]/ },
  { what: 'a path of one machine', pattern: /\b[A-Z]:\\Users\\/ },
  { what: 'a private key', pattern: /-{5}BEGIN (?:[A-Z]+ )*PRIVATE KEY-{5}/ },
  { what: 'a key of a cloud', pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  {
    what: 'a token',
    pattern: /\b(?:gh[pousr]_\w{36}|github_pat_\w{40,}|npm_\w{36}|xox[abprs]-[\w-]{20,}|sk-[A-Za-z0-9]{32,})\b/,
  },
  { what: 'a token', pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/ },
  {
    what: 'a password in an address',
    pattern: /\b[a-z][a-z0-9+]*:\/\/[^\s/:@'"`<>${}]+:[^\s/@'"`<>${}]{3,}@(?!localhost|127\.|example\.)/,
  },
  { what: 'the host of a registry', pattern: /"resolved":\s*"https?:/ },
  { what: 'the host of a registry', pattern: /(?:^|\W)registry=https?:/ },
];

/** Looks through all files for keys, tokens and places of one machine. */
export function findLeaks(files: Files): Leak[] {
  const leaks: Leak[] = [];
  for (const [file, text] of files) {
    for (const [index, line] of text.split('\n').entries()) {
      for (const { what, pattern } of PATTERNS) if (pattern.test(line)) leaks.push({ file, line: index + 1, what });
    }
  }
  return leaks;
}
