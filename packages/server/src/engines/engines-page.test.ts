import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../clock.js';
import { parseBackends } from '../configured-backends.js';
import { createSilentLogger } from '../logger.js';
import { makeBackend } from './configured.js';

const page = readFileSync(new URL('../../../../docs/engines/README.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);

describe('docs/engines/README.md', () => {
  test('has lists of backends that the server reads and makes', async () => {
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      const entries = parseBackends(example, { STUDIO_PASSWORD: 'secret' }, 'backends');
      const house = { clock: systemClock, logger: createSilentLogger() };
      const made = entries.map((entry) => makeBackend(entry, house, new Set()));
      expect(made.map(({ engine }) => engine.backend)).toEqual(entries.map(({ name }) => name));
      expect(made.map(({ traits }) => traits.slots)).toEqual([undefined, undefined, 1]);
      await Promise.all(made.map(({ engine }) => engine.close()));
    }
  });

  test('names every field that all entries have', () => {
    const told = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    const [entry] = parseBackends('[{"name":"a","engine":"b"}]', {}, 'backends');
    expect(told.toSorted()).toEqual(
      Object.keys(entry ?? {})
        .filter((name) => name !== 'options')
        .sort(),
    );
  });
});
