import { snapshotAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHROMIUM, NO_CHROMIUM, openBrowser, pictureFile, STUDIO_DIR } from '../support/browser.js';
import { type House, rehearsal, startHouse, until } from '../support/house.js';
import { jobIs, openStudio, type Studio, says, submitted, tabTo } from '../support/studio.js';
import { holdEngine } from '../support/test-page.js';

describe('the studio in a real browser', () => {
  let house: House;
  let browser: Browser;
  let studio: Studio;
  let page: Page;
  /** Lines in red that a test provokes on purpose. */
  let expected: RegExp;

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
    expected = /^never$/;
    studio = await openStudio(browser, house, 'image');
    ({ page } = studio);
  });
  afterEach(async () => {
    await studio?.close();
    expect(studio?.troubles.filter((trouble) => !expected.test(trouble)) ?? []).toEqual([]);
  });

  const state = (on: Page = page) => on.locator('.job-view .job-state').textContent();
  const percentNow = (on: Page = page) =>
    on
      .locator('.job-view [role=progressbar]')
      .getAttribute('aria-valuenow')
      .then((value) => (value === null ? null : Number(value)));

  it('paints a picture while one watches: stage, step, percent, time left and previews move, then the result is there', async () => {
    await page.getByLabel('Prompt').fill('a red fox under a yellow moon');
    await page.getByLabel('Size').selectOption('512x512');
    await page.getByLabel('Steps', { exact: true }).fill('90');
    await page.getByLabel('Seed', { exact: true }).fill('11');
    await page.getByRole('button', { name: 'Generate' }).click();

    const percents: number[] = [];
    const previews = new Set<string>();
    const stages = new Set<string>();
    let pictured = false;
    await until(
      async () => {
        // One look at the page, so that the figures belong together.
        const look = await page.evaluate(() => {
          const job = document.querySelector('.job-view');
          return {
            state: job?.querySelector('.job-state')?.textContent ?? null,
            percent: job?.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow') ?? null,
            preview: job?.querySelector('img.preview')?.getAttribute('src') ?? null,
            stage: job?.querySelector('.job-figures dd')?.textContent ?? null,
            title: document.title,
          };
        });
        if (look.percent !== null) percents.push(Number(look.percent));
        if (look.preview !== null) previews.add(look.preview);
        if (look.stage !== null) stages.add(look.stage);
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

    const result = page.locator('.job-view img.result');
    await until(() => result.evaluate((image) => (image as HTMLImageElement).naturalWidth === 512), 'the result');
    await page.locator('.image-recent img').first().waitFor();
  }, 90_000);

  it('shows jobs that others make, by itself, and says in the tab how far they are', async () => {
    await studio.go('live');
    const id = await submitted(house, {
      ...rehearsal({ hangAtStep: 2, steps: 4 }),
      request: { prompt: 'made elsewhere', steps: 4, extra: { rehearsal: { hangAtStep: 2, stepMs: 5 } } },
    });
    const card = page.locator('.live-card', { hasText: 'made elsewhere' });
    await card.waitFor();
    await until(async () => (await page.title()).startsWith('25 %'), 'the tab to say how far');
    await card.getByRole('button', { name: 'Cancel' }).click();
    await jobIs(house, id, 'canceled');
    await until(async () => (await card.locator('.job-state').textContent()) === 'Canceled', 'its end');
    await until(async () => (await page.title()).startsWith('Live'), 'the tab to be calm again');
  });

  it('keeps the job through a reload, and away and back, and shows it in a second tab', async () => {
    const id = await submitted(house, rehearsal({ hangAtStep: 5, steps: 10 }));
    await studio.go(`live/${id}`);
    await until(async () => (await percentNow()) === 40, 'the fourth step');
    await page.reload();
    await until(async () => (await percentNow()) === 40, 'the same after the reload');
    await page.goto('about:blank');
    await page.goBack();
    await until(async () => (await percentNow()) === 40, 'the same after going away and back');
    const second = await studio.secondTab(`live/${id}`);
    await until(async () => (await percentNow(second)) === 40, 'the same in a second tab');
    await second.locator('.job-view').getByRole('button', { name: 'Cancel' }).click();
    await until(async () => (await state()) === 'Canceled', 'the cancel in the first tab');
  });

  it('keeps quiet about a line that was gone for a moment, and comes back by itself', async () => {
    const id = await submitted(house, rehearsal({ steps: 40, stepMs: 50 }));
    await studio.go(`live/${id}`);
    await until(async () => ((await percentNow()) ?? 0) > 5, 'some progress');
    await page.evaluate(() => {
      new MutationObserver(() => {
        if (document.querySelector('.offline') !== null) document.documentElement.dataset.bannered = 'yes';
      }).observe(document.body, { childList: true, subtree: true });
    });
    await studio.context.setOffline(true);
    await studio.context.setOffline(false);
    await until(async () => (await state()) === 'Done', 'the end');
    expect(await page.evaluate(() => document.documentElement.dataset.bannered)).toBeUndefined();
    expected = /ERR_INTERNET_DISCONNECTED/;
  });

  it('says so when the server is gone for longer, and goes on when it is back', async () => {
    const mortal = await startHouse({}, STUDIO_DIR);
    const { dataDir } = mortal;
    const port = Number(new URL(mortal.url).port);
    const own = await openStudio(browser, mortal, 'live');
    let again: House | null = null;
    try {
      await until(
        () =>
          own.page
            .locator('.connection')
            .getAttribute('data-status')
            .then((status) => status === 'open'),
        'the line',
      );
      await mortal.server.stop();
      await own.page.getByText('The server cannot be reached').waitFor({ timeout: 30_000 });
      again = await startHouse({ port, dataDir }, STUDIO_DIR);
      await own.page.getByText('The server cannot be reached').waitFor({ state: 'detached', timeout: 40_000 });
      await submitted(again, { ...rehearsal(), request: { prompt: 'after the pause', steps: 2 } });
      await own.page.locator('.live-card', { hasText: 'after the pause' }).waitFor();
    } finally {
      await own.close();
      await again?.stop();
      await mortal.stop();
    }
  }, 120_000);

  it('says in words what went wrong, what can be done, and what is tried again', async () => {
    const failed = await submitted(house, rehearsal({ fail: { atStep: 2, code: 'out_of_memory', retryable: false } }));
    await studio.go(`live/${failed}`);
    await until(async () => (await state()) === 'Failed', 'the failure');
    expect(await page.getByRole('alert').textContent()).toMatch(/smaller picture/i);
    const again = await submitted(house, rehearsal({ transient: { attempts: 1, atStep: 2, retryAfterMs: 60_000 } }));
    await studio.go(`live/${again}`);
    await says(page, '[role=alert]', /tried again/);
    await page.locator('.job-view').getByRole('button', { name: 'Cancel' }).click();
    await until(async () => (await state()) === 'Canceled', 'the cancel');
  });

  it('says when the server cannot take a job', async () => {
    await page.route('**/v1/jobs', (route) =>
      route.request().method() === 'POST'
        ? route.fulfill({
            status: 429,
            contentType: 'application/json',
            body: JSON.stringify({ error: { code: 'queue_full', message: 'full', retryable: true }, requestId: 'x' }),
          })
        : route.continue(),
    );
    await page.getByLabel('Prompt').fill('one too many');
    await page.getByRole('button', { name: 'Generate' }).click();
    expect(await page.getByRole('alert').textContent({ timeout: 20_000 })).toMatch(/cancel some in the queue/);
    expected = /429/;
  });

  it('fills a grid of two parameters as its pictures land, and retries a failed cell alone', async () => {
    await page.getByLabel('Prompt').fill('a grid of foxes');
    await page.getByText('Engine, model, size by hand').click();
    await page.getByLabel('Engine').selectOption('rehearsal');
    await page.getByText('Grid of two').click();
    const values = page.getByLabel('Values');
    await values.first().fill('2-4/2');
    await page.getByLabel('Rows').selectOption('seed');
    await values.last().fill('1, 2');
    await page.getByRole('button', { name: 'Generate the grid' }).click();
    const cells = page.locator('.image-cell img.result');
    await until(async () => (await cells.count()) === 4, 'four pictures');
    await says(page, '.job-head [role=status]', '4 of 4 done');
    expect(await page.locator('.image-grid th[scope=col]').allTextContents()).toEqual(['Steps →Seed ↓', '2', '4']);
    expect(await page.locator('.image-grid th[scope=row]').allTextContents()).toEqual(['1', '2']);

    // Of another grid one cell waits too long for its turn: it fails, and only it is made again.
    const release = await holdEngine(house, 'image');
    const grid = { columns: { varied: 'steps', values: ['2', '4'] }, rows: { varied: 'seed', values: ['1'] } };
    const cell = (column: number, rest: object = {}) => ({
      kind: 'image',
      engine: 'rehearsal',
      tags: ['grid:77'],
      request: {
        prompt: 'two foxes',
        steps: 2,
        extra: { grid: { ...grid, column, row: 0 }, rehearsal: { stepMs: 5 } },
      },
      ...rest,
    });
    await house.call('/v1/batches', { body: { jobs: [cell(0), cell(1, { queueTimeoutMs: 50 })] } });
    await studio.go('image/grid/77');
    const retry = page.locator('.image-cell').getByRole('button', { name: 'Retry' });
    await retry.waitFor();
    await release();
    await until(async () => (await cells.count()) === 1, 'the good cell');
    const good = await page.locator('.image-cell a').first().getAttribute('href');
    await retry.click();
    await until(async () => (await cells.count()) === 2, 'the cell that was retried');
    expect(await page.locator('.image-cell a').first().getAttribute('href')).toBe(good);
  });

  it('takes the parameters of a job into the form, seed and all, or the plan of a song', async () => {
    const id = await submitted(house, {
      ...rehearsal(),
      request: { prompt: 'twice the same', steps: 7, width: 320, height: 256, negativePrompt: 'fog', seed: 4_711 },
    });
    await studio.go(`live/${id}`);
    await page.locator('.job-view').getByRole('button', { name: 'Duplicate' }).click();
    await until(async () => (await page.getByLabel('Prompt').inputValue()) === 'twice the same', 'the prompt');
    expect(await page.getByLabel('Width', { exact: true }).inputValue()).toBe('320');
    expect(await page.getByLabel('Height', { exact: true }).inputValue()).toBe('256');
    expect(await page.getByLabel('Steps', { exact: true }).inputValue()).toBe('7');
    expect(await page.getByLabel('Seed', { exact: true }).inputValue()).toBe('4711');
    await page.reload();
    await until(async () => (await page.getByLabel('Prompt').inputValue()) === 'twice the same', 'it after a reload');

    const plan = { title: 'Twice as well', sections: [{ name: 'Verse', durationMs: 4_000 }] };
    const song = await submitted(house, { kind: 'music', engine: 'rehearsal', request: { plan } });
    await studio.go(`live/${song}`);
    await page.locator('.job-view').getByRole('button', { name: 'Duplicate' }).click();
    await until(async () => (await page.getByLabel('Title').inputValue()) === 'Twice as well', 'the plan of the song');
  });

  /** Drops a file on a zone of the screen. */
  async function drop(bytes: Uint8Array, zone: string): Promise<void> {
    const transfer = await page.evaluateHandle(
      (content) => {
        const dropped = new DataTransfer();
        dropped.items.add(new File([Uint8Array.from(content)], 'fox.png', { type: 'image/png' }));
        return dropped;
      },
      [...bytes],
    );
    await page.dispatchEvent('.drop', 'dragenter', { dataTransfer: transfer });
    await page.locator('.drop-zone', { hasText: zone }).dispatchEvent('drop', { dataTransfer: transfer });
  }

  it('takes the parameters out of a picture that is dropped on it, and starts from one', async () => {
    const request = { prompt: 'a fox in a file', width: 128, height: 96, steps: 3, refinerSteps: 1, seed: 99 };
    const made = await submitted(house, { kind: 'image', request });
    await jobIs(house, made, 'succeeded');
    const { outputs } = (await house.call(`/v1/jobs/${made}`)).as(snapshotAnswerSchema).job;
    const { bytes } = await house.call(outputs[0]?.artifact.url ?? '');

    await drop(bytes, 'Use its parameters');
    await until(async () => (await page.getByLabel('Prompt').inputValue()) === 'a fox in a file', 'the prompt');
    expect(await page.getByLabel('Seed', { exact: true }).inputValue()).toBe('99');
    expect(await page.getByLabel('Steps', { exact: true }).inputValue()).toBe('3');

    await drop(bytes, 'Start from it');
    await page.locator('.image-start-thumb img').waitFor();
    await page.getByLabel('Change').fill('0.4');
    await page.getByRole('button', { name: 'Generate' }).click();
    await until(async () => (await state()) === 'Done', 'the second picture', 30_000);
    const id = decodeURIComponent(new URL(page.url()).hash.split('/').at(-1) ?? '');
    const { job } = (await house.call(`/v1/jobs/${id}`)).as(snapshotAnswerSchema);
    expect(job.request).toMatchObject({ width: 128, height: 96, inputs: [{ role: 'init', strength: 0.4 }] });
  });

  it('shows the line as it is: places, order by priority, pauses', async () => {
    const release = await holdEngine(house, 'image');
    const slow = { ...rehearsal({}), request: { prompt: 'the first to come', steps: 2 } };
    const quick = { ...rehearsal({}), request: { prompt: 'the one in a hurry', steps: 2 } };
    const ids = [await submitted(house, slow), await submitted(house, quick)];
    await studio.go('queue');
    const titles = () => page.locator('section', { hasText: 'Waiting' }).locator('.queue-title').allTextContents();
    await until(async () => (await titles()).join() === 'the first to come,the one in a hurry', 'the line');
    await page.getByRole('button', { name: 'Sooner: raise the priority of the one in a hurry' }).click();
    await until(async () => (await titles()).join() === 'the one in a hurry,the first to come', 'the new order');

    await page.getByRole('button', { name: 'Pause rehearsal' }).click();
    await says(page, '.queue-words p', /paused/i);
    await page.getByRole('button', { name: 'Cancel the first to come' }).click();
    await until(async () => (await titles()).join() === 'the one in a hurry', 'the cancel');
    await page.getByRole('button', { name: 'Resume rehearsal' }).click();
    await release();
    await jobIs(house, ids[1] ?? '', 'succeeded');
    await page.getByText('The line is empty').waitFor();
  });

  it('is used by keyboard alone: create, watch, find', async () => {
    await page.locator('.frame-main').waitFor();
    await tabTo(page, '.frame-skip');
    await page.keyboard.press('Enter');
    await tabTo(page, 'textarea');
    await page.keyboard.type('found by keyboard');
    await tabTo(page, 'select');
    await page.keyboard.type('512 × 512');
    await tabTo(page, 'textarea', 'Shift+Tab');
    await tabTo(page, 'textarea', 'Shift+Tab');
    await page.keyboard.press('Control+Enter');
    await until(async () => (await state()) === 'Done', 'the picture', 60_000);
    await page.reload();
    await page.locator('.frame-main').waitFor();
    await tabTo(page, '.side-link[href="#/gallery"]');
    await page.keyboard.press('Enter');
    await tabTo(page, '[type=search]');
    await page.keyboard.type('found by keyboard');
    await until(async () => (await page.locator('.tile').count()) === 1, 'the picture in the gallery');
    await tabTo(page, '.tile');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').locator('img').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const isBack = () => page.evaluate(() => document.activeElement?.classList.contains('tile') ?? false);
    await until(isBack, 'the focus back on the tile');
  }, 90_000);

  it('keeps what is set: theme, previews, the start of a new image', async () => {
    await studio.go('settings');
    await page.getByText('Dark', { exact: true }).click();
    await page.getByText('Off', { exact: true }).click();
    await page.getByLabel('Steps', { exact: true }).fill('17');
    const second = await studio.secondTab('image');
    expect(await second.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
    await second.getByText('Engine, model, size by hand').click();
    await second.getByRole('button', { name: 'Empty the form' }).click();
    expect(await second.getByLabel('Steps', { exact: true }).inputValue()).toBe('17');
    const id = await submitted(house, rehearsal({ hangAtStep: 3, steps: 4 }));
    await studio.go(`live/${id}`);
    await until(async () => (await percentNow()) === 50, 'the second step');
    expect(await page.locator('img.preview').count()).toBe(0);
    await page.locator('.job-view').getByRole('button', { name: 'Cancel' }).click();
    await until(async () => (await state()) === 'Canceled', 'the cancel');
  });

  it('asks for the key where one is wanted, keeps it, and says whose it is', async () => {
    const keyed = await startHouse({ apiKeys: 'ada:ada-key-0123456789abcdef' }, STUDIO_DIR);
    const own = await openStudio(browser, keyed, 'image');
    try {
      await own.page.getByLabel('API key').fill('not-the-right-key-0123456');
      await own.page.getByRole('button', { name: 'Use this key' }).click();
      await own.page.getByText('does not know this key').waitFor();
      await own.page.getByLabel('API key').fill('ada-key-0123456789abcdef');
      await own.page.getByRole('button', { name: 'Use this key' }).click();
      await own.page.getByLabel('Prompt').fill('a signed fox');
      await own.page.getByLabel('Size').selectOption('512x512');
      await own.page.getByLabel('Steps', { exact: true }).fill('4');
      await own.page.getByRole('button', { name: 'Generate' }).click();
      const result = own.page.locator('.job-view img.result');
      await until(
        () => result.evaluate((image) => (image as HTMLImageElement).naturalWidth === 512),
        'the signed picture',
        60_000,
      );
      await own.go('settings');
      await own.page.getByText('You are ada').waitFor();
    } finally {
      await own.close();
      await keyed.stop();
    }
    expect(own.troubles.filter((trouble) => !/401|4401/.test(trouble))).toEqual([]);
  }, 90_000);

  it('serves the API page, made from the same schemas', async () => {
    await page.goto(`${house.url}/docs`);
    await page.getByText('/v1/jobs', { exact: true }).first().waitFor();
    expected = /./;
  });
});
