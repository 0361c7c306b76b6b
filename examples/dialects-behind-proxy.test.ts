import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, startHouse } from '../e2e/support/house.js';
import { type Nginx, startNginx } from '../e2e/support/nginx.js';
import { runClient } from '../e2e/support/run-client.js';

const NGINX = process.env.RENDERCAST_TEST_NGINX ?? null;
const WHY = 'there is no nginx (RENDERCAST_TEST_NGINX names one)';
const KEY = 'front-end-key-0123456789';

describe.skipIf(NGINX === null)(`front ends that send no key, behind the lines of docs/dialects.md (${WHY})`, () => {
  const here = fileURLToPath(new URL('dialects/', import.meta.url));
  let house: House;
  let nginx: Nginx;
  beforeAll(async () => {
    house = await startHouse({ apiKeys: `front-end:${KEY}`, trustedProxies: 'loopback' });
    const page = await readFile(new URL('../docs/dialects.md', import.meta.url), 'utf8');
    const lines = /```nginx\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    expect(lines).toContain('the-key-of-front-end');
    nginx = await startNginx(NGINX ?? '', lines.replace('the-key-of-front-end', KEY), house.url);
  });
  afterAll(async () => {
    await nginx.stop();
    await house.stop();
  });

  it('are turned away by the server itself', async () => {
    expect((await house.call('/api/generate', { body: { prompt: 'nobody' } })).status).toBe(401);
  });

  it('may send a key of another service', async () => {
    const answer = await fetch(`${nginx.url}/generation/jobs/active`, { headers: { authorization: 'Bearer theirs' } });
    expect([answer.status, await answer.json()]).toEqual([200, []]);
  });

  it.each(readdirSync(here).filter((name) => name.endsWith('.ts') && !/\.test\.|^front-end\./.test(name)))(
    '%s proves its claim',
    (name) => runClient(process.execPath, ['--import', 'tsx', `${here}${name}`], { RENDERCAST_URL: nginx.url }),
    110_000,
  );
});
