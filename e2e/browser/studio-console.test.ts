import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHROMIUM, NO_CHROMIUM, openBrowser, pictureFile, STUDIO_DIR } from '../support/browser.js';
import { type House, rehearsal, startHouse, until } from '../support/house.js';
import { complaints, jobIs, openStudio, type Studio, says, submitted } from '../support/studio.js';

describe('console and overview of the studio', () => {
  let house: House;
  let browser: Browser;
  let studio: Studio;
  let ended: string;

  beforeAll(async () => {
    if (CHROMIUM === null) return;
    house = await startHouse({}, STUDIO_DIR);
    browser = await openBrowser();
    ended = await submitted(
      house,
      rehearsal({
        steps: 6,
        stages: [
          { name: 'base_model', steps: 4 },
          { name: 'refiner_model', steps: 2 },
        ],
      }),
    );
    const failing = rehearsal({ fail: { atStep: 2, code: 'out_of_memory', retryable: false } });
    await jobIs(house, ended, 'succeeded');
    await jobIs(house, await submitted(house, failing), 'failed');
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await house?.stop();
  });
  beforeEach(({ skip }) => {
    if (CHROMIUM === null) skip(NO_CHROMIUM);
  });
  afterEach(async () => {
    const troubles = studio?.troubles ?? [];
    await studio?.close();
    expect(troubles).toEqual([]);
  });

  /** Axe, a screenshot, and whether it fits a phone; each screen at rest is looked at in both themes elsewhere. */
  async function looks(name: string, colorScheme: 'light' | 'dark'): Promise<void> {
    const { page } = studio;
    await page.emulateMedia({ colorScheme });
    expect.soft(await complaints(page), name).toEqual([]);
    await page.screenshot({ path: await pictureFile(`studio-${name}-${colorScheme}.png`) });
    await page.setViewportSize({ width: 390, height: 844 });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect.soft(overflow, name).toBeLessThanOrEqual(0);
    await page.screenshot({ path: await pictureFile(`studio-${name}-phone.png`), fullPage: true });
    await page.setViewportSize({ width: 1360, height: 900 });
  }

  it('logs what is said on the native socket, filters it, and shows a message in full', async () => {
    studio = await openStudio(browser, house, 'console');
    const { page } = studio;
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.locator('.log-row', { hasText: 'subscribed' }).first().waitFor();
    const id = await submitted(house, rehearsal({ steps: 4 }));
    await page.locator('.log-row', { hasText: '"succeeded"' }).first().waitFor();
    const all = await page.locator('.log-row').count();
    await page.getByLabel('Filter').fill(`in event ${id} "started"`);
    await until(async () => (await page.locator('.log-row').count()) === 1, 'the one that fits');
    await page.locator('.log-row').press('Enter');
    const message = JSON.parse((await page.locator('.console-details pre').textContent()) ?? '') as Record<
      string,
      unknown
    >;
    expect(message).toMatchObject({ type: 'event', jobId: id, fact: { type: 'started', seq: 2 } });
    await page.getByLabel('Filter').fill('');
    await until(async () => (await page.locator('.log-row').count()) >= all, 'all of them again');
    await page.getByLabel('Message to send').fill('{"type":"ping","ref":"mine"}');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.locator('.log-row', { hasText: '"mine"' }).last().waitFor();
    await page.getByRole('button', { name: 'Hold' }).click();
    const held = await page.locator('.log-row').count();
    await jobIs(house, await submitted(house, rehearsal()), 'succeeded');
    await says(page, '[data-testid=received]', /Open, \d+ received/);
    expect(await page.locator('.log-row').count()).toBe(held);
    await page.getByRole('button', { name: 'Go on' }).click();
    await until(async () => (await page.locator('.log-row').count()) > held, 'what came meanwhile');
    await looks('console-log', 'light');
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await page.locator('.log-row', { hasText: 'Closed: 1000' }).waitFor();
  });

  it('speaks the other dialects as well', async () => {
    studio = await openStudio(browser, house, 'console');
    const { page } = studio;
    await page.getByLabel('Dialect').selectOption('progress-feed');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.locator('.log-row', { hasText: 'connected' }).first().waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.locator('.log-row', { hasText: 'subscription_confirmed' }).waitFor();
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await page.getByLabel('Dialect').selectOption('image-task');
    await page.getByLabel('Address').fill(`/ws/image-generation/${ended}`);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.locator('.log-row', { hasText: 'completed' }).first().waitFor();
  });

  it('has lines to paste for a request, and plays the history of a job fact by fact', async () => {
    studio = await openStudio(browser, house, `console/request/${ended}`);
    const { page } = studio;
    const curl = page.locator('pre[aria-label="Submit it with curl"]');
    await until(async () => (await curl.textContent())?.includes('"prompt":"a rehearsal"'), 'the request');
    const body = /-d '(.*)'$/s.exec((await curl.textContent()) ?? '')?.[1] ?? '';
    expect((await house.call('/v1/jobs', { body: JSON.parse(body) as object })).status).toBe(201);
    await looks('console-request', 'light');

    await page.getByRole('tab', { name: 'History' }).click();
    await page.getByLabel('Job').selectOption(ended);
    await page.locator('.replay-row', { hasText: 'succeeded' }).waitFor();
    const types = await page.locator('.replay-row span:nth-child(2)').allTextContents();
    expect(types).toEqual(['queued', 'started', 'stage', 'stage', 'output', 'succeeded']);
    await page.getByLabel('Fact', { exact: true }).fill('1');
    await says(page, '.replay-job dd', 'Running');
    expect(await page.locator('.replay-fact').textContent()).toContain('"type": "started"');
    await page.getByRole('button', { name: 'Play' }).click();
    await until(
      async () => (await page.locator('.replay-row[aria-current]').textContent())?.includes('succeeded'),
      'the end',
    );
    await says(page, '.replay-job dd', 'Done');
    await looks('console-history', 'dark');
  }, 60_000);

  it('plots the figures of the server as they change, and names failures by their code', async () => {
    studio = await openStudio(browser, house, 'overview');
    const { page } = studio;
    await page.locator('.chart canvas').first().waitFor();
    await page.getByRole('rowheader', { name: 'out_of_memory' }).waitFor();
    await page.getByRole('rowheader', { name: 'rehearsal' }).first().waitFor();
    const ended = () => page.locator('.overview-tile', { hasText: 'Ended' }).locator('.overview-value').textContent();
    const before = Number(await ended());
    for (let count = 0; count < 3; count += 1) await submitted(house, rehearsal());
    await until(async () => Number(await ended()) >= before + 3, 'the new figure');
    // Two samples make a rate.
    await until(
      async () =>
        Number(await page.locator('.chart', { hasText: 'Jobs per minute' }).locator('dd').first().textContent()) > 0,
      'the jobs per minute',
    );
    const painted = await page
      .locator('.chart canvas')
      .first()
      .evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
        return data.some((value) => value > 0);
      });
    expect(painted).toBe(true);
    await looks('overview-busy', 'dark');
  }, 60_000);
});
