import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, NO_CHROMIUM, openBrowser, pictureFile } from '../support/browser.js';
import { startHouse } from '../support/house.js';

describe.skipIf(CHROMIUM === null)(`the monitor of the feed${CHROMIUM === null ? ` (${NO_CHROMIUM})` : ''}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it('shows jobs with bars and previews, cancels one, logs every message and gives lines that work', async () => {
    const house = await startHouse({ dialectEngines: 'progress-feed=rehearsal' });
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (line) => line.type() === 'error' && faults.push(line.text()));
    await page.goto(`${house.url}/test/progress`);
    await page.locator('#status[data-state="connected"]').waitFor();
    await page.locator('#log', { hasText: 'subscription_confirmed' }).waitFor();
    const lines = (await page.locator('#lines').textContent()) ?? '';
    const [, path = '', body = ''] = /curl -X POST 'http:\/\/[^/]+([^']+)' .*-d '(.*)'/.exec(lines) ?? [];
    const answer = await house.call(path, { body: JSON.parse(body) });
    expect(answer.status, answer.text).toBe(200);
    const { job_id } = JSON.parse(answer.text) as { job_id: string };
    const row = page.locator(`[data-job="${job_id}"]`);
    await row.locator('strong', { hasText: 'a beautiful landscape' }).waitFor();
    await row.locator('img[src^="data:image/jpeg;base64,"]').waitFor();
    const hanging = await house.call('/generation/queue-generation', {
      body: { prompt: 'never ready', rehearsal: { hangAtStep: 2 } },
    });
    const stuck = page.locator(`[data-job="${(JSON.parse(hanging.text) as { job_id: string }).job_id}"]`);
    await stuck.locator('small', { hasText: 'step 1 of 20' }).waitFor();
    await stuck.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('[data-status="failed"]').waitFor();
    await page.locator('[data-status="completed"] img[src^="/v1/artifacts/"]').waitFor();
    expect(await row.locator('progress').evaluate((bar) => (bar as HTMLProgressElement).value)).toBe(1);
    await page.screenshot({ path: await pictureFile('progress-page.png'), fullPage: true });
    await page.locator('#toggle').click();
    await page.locator('#status[data-state="closed"]').waitFor();
    await page.locator('#toggle').click();
    await page.locator('#status[data-state="connected"]').waitFor();
    expect(faults).toEqual([]);
    await page.close();
    await house.stop();
  });
});
