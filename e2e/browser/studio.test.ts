import { AxeBuilder } from '@axe-core/playwright';
import { jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHROMIUM, NO_CHROMIUM, openBrowser, pictureFile, STUDIO_DIR } from '../support/browser.js';
import { type House, rehearsal, startHouse, until } from '../support/house.js';

describe('the studio in a real browser', () => {
  let house: House;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let troubles: string[];

  beforeAll(async () => {
    if (CHROMIUM === null) return;
    house = await startHouse({}, STUDIO_DIR);
    browser = await openBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await house?.stop();
  });

  beforeEach(async ({ skip }) => {
    if (CHROMIUM === null) skip(NO_CHROMIUM);
    context = await browser.newContext({ viewport: { width: 1360, height: 980 } });
    page = await context.newPage();
    troubles = [];
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(message.text());
    });
  });
  afterEach(async () => {
    await context?.close();
    expect(troubles).toEqual([]);
  });

  const percentNow = (on: Page = page) =>
    on
      .getByRole('progressbar')
      .getAttribute('aria-valuenow')
      .then((value) => (value === null ? null : Number(value)));
  const state = (on: Page = page) => on.locator('.live .state').textContent();

  /** A job of the rehearsal engine, looked at. */
  async function watch(script: Record<string, unknown>, id: string): Promise<void> {
    const answer = await house.call('/v1/jobs', { body: rehearsal(script, { id }) });
    expect(answer.status, answer.text).toBe(201);
    await page.goto(`${house.url}/#${answer.as(jobAnswerSchema).job.id}`);
  }

  it('paints a picture while one watches: stage, step, percent, time left and previews move, then the result is there', async () => {
    await page.goto(house.url);
    await page.getByLabel('Prompt').first().fill('a red fox under a yellow moon');
    await page.getByLabel('Steps').fill('90');
    await page.getByLabel('Seed').first().fill('11');
    await page.getByRole('button', { name: 'Generate' }).click();

    const percents: number[] = [];
    const previews = new Set<string>();
    const stages = new Set<string>();
    let pictured = false;
    await until(
      async () => {
        // One look at the page, so that the figures belong together.
        const look = await page.evaluate(() => ({
          state: document.querySelector('.live .state')?.textContent ?? null,
          percent: document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow') ?? null,
          preview: document.querySelector('img.preview')?.getAttribute('src') ?? null,
          figures: [...document.querySelectorAll('.figures dd')].map((figure) => figure.textContent ?? ''),
        }));
        if (look.percent !== null) percents.push(Number(look.percent));
        if (look.preview !== null) previews.add(look.preview);
        if (look.figures[0] !== undefined) stages.add(look.figures[0]);
        if (!pictured && Number(look.percent) >= 45 && look.preview !== null && look.state === 'Running') {
          pictured = true;
          await page.screenshot({ path: await pictureFile('live.png') });
        }
        return look.state === 'Done';
      },
      'the picture',
      60_000,
    );
    expect(pictured).toBe(true);
    expect([...percents].sort((left, right) => left - right)).toEqual(percents);
    expect(new Set(percents).size).toBeGreaterThan(5);
    expect(previews.size).toBeGreaterThan(3);
    expect([...stages]).toEqual(expect.arrayContaining(['Base model', 'Refiner model']));

    const result = page.locator('.screen img.picture');
    await until(() => result.evaluate((image) => (image as HTMLImageElement).naturalWidth === 512), 'the result');
    await until(() => page.locator('.job-row img').first().isVisible(), 'its thumbnail in the list');
    await page.screenshot({ path: await pictureFile('done.png') });
  }, 90_000);

  it('shows jobs that others make, by itself', async () => {
    await page.goto(house.url);
    await page.getByRole('heading', { name: 'Jobs' }).waitFor();
    await until(
      () =>
        page
          .locator('.badge')
          .getAttribute('data-status')
          .then((value) => value === 'open'),
      'the line',
    );
    const rows = page.locator('.job-row');
    const before = await rows.count();
    await house.call('/v1/jobs', {
      body: { ...rehearsal({ stepMs: 40, steps: 10 }), request: { prompt: 'made elsewhere', steps: 10 } },
    });
    await until(async () => (await rows.count()) === before + 1, 'the new row');
    expect(await rows.first().textContent()).toContain('made elsewhere');
    await until(
      () =>
        rows
          .first()
          .textContent()
          .then((text) => text?.includes('Done')),
      'its end',
    );
  });

  it('keeps the job through a reload and shows it in a second tab', async () => {
    await watch({ hangAtStep: 5, steps: 10 }, 'kept');
    await until(async () => (await percentNow()) === 40, 'the fourth step');
    await page.reload();
    await until(async () => (await percentNow()) === 40, 'the same after the reload');
    const second = await context.newPage();
    await second.goto(page.url());
    await until(async () => (await percentNow(second)) === 40, 'the same in a second tab');
    await second.getByRole('button', { name: 'Cancel', exact: true }).click();
    await until(async () => (await state()) === 'Canceled', 'the cancel in the first tab');
  });

  it('comes back by itself when the network was gone', async () => {
    await watch({ steps: 40, stepMs: 50 }, 'offline');
    await until(async () => ((await percentNow()) ?? 0) > 5, 'some progress');
    await context.setOffline(true);
    await context.setOffline(false);
    await until(async () => (await state()) === 'Done', 'the end');
    troubles = troubles.filter((trouble) => !trouble.includes('ERR_INTERNET_DISCONNECTED'));
  });

  it('says in words what went wrong, what is tried again, and what the engine does not tell', async () => {
    await watch({ fail: { atStep: 2, code: 'out_of_memory', retryable: false } }, 'oom');
    await until(async () => (await state()) === 'Failed', 'the failure');
    expect(await page.getByRole('alert').textContent()).toMatch(/memory/i);
    await watch({ transient: { attempts: 1, atStep: 2, retryAfterMs: 60_000 } }, 'again');
    await until(
      () =>
        page
          .getByRole('alert')
          .textContent()
          .then((text) => text?.includes('tried again')),
      'the retry',
    );
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await until(async () => (await state()) === 'Canceled', 'the cancel');
  });

  it('says when the server cannot take a job', async () => {
    await page.goto(house.url);
    await page.route('**/v1/jobs', (route) =>
      route.request().method() === 'POST'
        ? route.fulfill({
            status: 429,
            contentType: 'application/json',
            body: JSON.stringify({ error: { code: 'queue_full', message: 'full', retryable: true }, requestId: 'x' }),
          })
        : route.continue(),
    );
    await page.getByRole('button', { name: 'Generate' }).click();
    expect(await page.getByRole('alert').textContent({ timeout: 20_000 })).toMatch(/waiting/i);
    troubles = troubles.filter((trouble) => !trouble.includes('429'));
  });

  it('composes a song and plays it', async () => {
    await page.goto(house.url);
    await page.getByRole('tab', { name: 'Music' }).click();
    await page.getByLabel(/Length/).fill('6');
    await page.getByRole('button', { name: 'Compose' }).click();
    const player = page.locator('audio');
    await player.waitFor({ timeout: 60_000 });
    await until(
      () => player.evaluate((audio) => Math.abs((audio as HTMLAudioElement).duration - 6) < 0.6),
      'its length',
    );
    await player.evaluate((audio) => (audio as HTMLAudioElement).play());
    await until(() => player.evaluate((audio) => (audio as HTMLAudioElement).currentTime > 0.1), 'the sound moving on');
  }, 90_000);

  it.each(['light', 'dark'] as const)(
    'has nothing for axe to complain of (%s), and works by keyboard',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      await watch({}, `axe-${colorScheme}`);
      await until(async () => (await state()) === 'Done', 'the end');
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
      await page.screenshot({ path: await pictureFile(`studio-${colorScheme}.png`) });
      await page.getByLabel('Prompt').first().focus();
      await page.keyboard.press('Control+Enter');
      await until(async () => (await state()) !== 'Done', 'a new job by keyboard');
      await page
        .getByRole('button', { name: 'Cancel', exact: true })
        .press('Enter')
        .catch(() => undefined);
    },
  );

  it('is narrow enough for a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await watch({}, 'phone');
    await until(async () => (await state()) === 'Done', 'the end');
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    await page.screenshot({ path: await pictureFile('studio-phone.png'), fullPage: true });
  });

  it('asks for the key where one is wanted, and keeps it', async () => {
    const keyed = await startHouse({ apiKeys: 'ada:ada-key-0123456789abcdef' }, STUDIO_DIR);
    try {
      await page.goto(keyed.url);
      await page.getByLabel('API key').fill('not-the-right-key-0123456');
      await page.getByRole('button', { name: 'Use this key' }).click();
      await page.getByText('does not know the key').waitFor();
      await page.getByLabel('API key').fill('ada-key-0123456789abcdef');
      await page.getByRole('button', { name: 'Use this key' }).click();
      await page.getByText('Nothing yet').waitFor();
      await page.getByLabel('Steps').fill('4');
      await page.getByRole('button', { name: 'Generate' }).click();
      const result = page.locator('.screen img.picture');
      await until(
        () => result.evaluate((image) => (image as HTMLImageElement).naturalWidth === 512),
        'the signed picture',
        60_000,
      );
    } finally {
      await keyed.stop();
    }
    troubles = troubles.filter((trouble) => !trouble.includes('401') && !trouble.includes('4401'));
  }, 90_000);

  it('serves the API page, made from the same schemas', async () => {
    await page.goto(`${house.url}/docs`);
    await page.getByText('/v1/jobs', { exact: true }).first().waitFor();
    troubles = [];
  });
});
