import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { envName, flagName, loadConfig, SETTINGS, type SettingName } from './config.js';

const PAGE = fileURLToPath(new URL('../../../docs/settings.md', import.meta.url));
const HEAD = `# Settings

Every setting of the server can be given as a flag of \`rendercast serve\` or in the environment. Flags win over the
environment, the environment over defaults. A value that cannot be taken stops the start with words that name it.

This page is made from the settings themselves: \`npx vitest run packages/server/src/settings-page.test.ts -u\`.

| flag, environment | default | what it is | why this default |
| --- | --- | --- | --- |
`;

/** A default as people write it. */
function shown(name: string, fallback: unknown): string {
  if (fallback === undefined || fallback === '') return '–';
  if (typeof fallback === 'boolean') return fallback ? 'yes' : 'no';
  return typeof fallback === 'number'
    ? `\`${fallback}\`${inWords(name, fallback)}`
    : `\`${JSON.stringify(fallback).replaceAll('"', '')}\``;
}

/** A number in a unit that can be read at a glance, where it has one. */
function inWords(name: string, value: number): string {
  if (value === 0) return '';
  const units: [number, string][] = name.endsWith('Bytes')
    ? [
        [2 ** 30, 'GiB'],
        [2 ** 20, 'MiB'],
        [2 ** 10, 'KiB'],
      ]
    : name.endsWith('Ms')
      ? [
          [3_600_000, 'h'],
          [60_000, 'min'],
          [1_000, 's'],
        ]
      : [];
  const [size, unit] = units.find(([least]) => value >= least) ?? [];
  return size === undefined ? '' : ` (${value / size} ${unit})`;
}

function row([name, setting]: [string, (typeof SETTINGS)[SettingName]]): string {
  const { about, why, schema } = setting;
  const also = 'alsoEnv' in setting ? `, \`${setting.alsoEnv}\`` : '';
  const secret = 'secret' in setting ? ' Secret: never shown or logged.' : '';
  const cells = [`\`${flagName(name)}\`<br>\`${envName(name)}\`${also}`, shown(name, schema.safeParse(undefined).data)];
  return `| ${[...cells, about + secret, why].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

it('docs/settings.md tells of every setting, as it is', async () => {
  await expect(`${HEAD}${Object.entries(SETTINGS).map(row).join('\n')}\n`).toMatchFileSnapshot(PAGE);
});

it.each(Object.entries(SETTINGS))('%s says what it is and why its default is what it is', (_name, { about, why }) => {
  expect(about).toMatch(/^[A-Z].*[.)]$/);
  expect(why).toMatch(/^[A-Z].*\.$/);
});

it('a limit that is no number, negative or not whole stops the start with words that name it', () => {
  const limits = Object.keys(SETTINGS).filter((name) => /^max|Bytes$|Ms$/.test(name));
  expect(limits.length).toBeGreaterThan(15);
  for (const name of limits)
    for (const value of ['many', '-1', '1.5'])
      expect(() => loadConfig({}, { [envName(name)]: value }), `${name}=${value}`).toThrow(
        `${flagName(name)} (${envName(name)})`,
      );
});
