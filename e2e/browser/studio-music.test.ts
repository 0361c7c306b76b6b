import { pageSchema } from '@rendercast/protocol';
import { jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHROMIUM, NO_CHROMIUM, openBrowser, pictureFile, STUDIO_DIR } from '../support/browser.js';
import { type House, startHouse, until } from '../support/house.js';
import { complaints, openStudio, type Studio, says, tabTo } from '../support/studio.js';

describe('create music in the studio', () => {
  let house: House;
  let browser: Browser;
  let studio: Studio;

  beforeAll(async () => {
    if (CHROMIUM === null) return;
    house = await startHouse({}, STUDIO_DIR);
    browser = await openBrowser();
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

  const names = (page: Page) => page.locator('.timeline-name').allTextContents();
  const lengthOf = (page: Page, name: string) =>
    page.locator('.timeline-block', { hasText: name }).locator('.timeline-length').textContent();

  it('has a plan made from words, shapes it by drag and by keyboard, and keeps it over a reload', async () => {
    studio = await openStudio(browser, house, 'music');
    const { page } = studio;
    await page.locator('.timeline-name').first().waitFor();
    expect(await names(page)).toEqual(['Intro', 'Verse', 'Chorus', 'Outro']);
    await page.getByLabel('What should be heard?').fill('a calm piano ballad about the sea');
    await page.getByLabel('Length').first().fill('40');
    await page.getByRole('button', { name: 'Make a plan' }).click();
    await says(page, '[data-testid=plan-length]', '0:40 of 10:00');
    const [first = '', second = '', ...others] = await names(page);
    expect(others.length).toBeGreaterThan(0);

    // By keyboard: the first one to the second place, then half a second longer.
    await tabTo(page, '.timeline-button');
    await page.keyboard.press('Alt+ArrowRight');
    await until(async () => (await names(page))[0] === second, 'the block to move');
    expect(await names(page)).toEqual([second, first, ...others]);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toContain(first);
    await page.keyboard.press('Shift+ArrowRight');
    await says(page, '[data-testid=plan-length]', '0:40.5 of 10:00');
    await page.keyboard.press('ArrowLeft');
    await until(
      () => page.evaluate((name) => document.activeElement?.getAttribute('aria-label')?.startsWith(name), second),
      'the neighbour to be chosen',
    );

    // By drag: it goes back to its place, and its edge makes it longer.
    const block = page.locator('.timeline-block').nth(1).locator('.timeline-button');
    await block.scrollIntoViewIfNeeded();
    const box = (await block.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    await page.mouse.move(box.x + box.width / 2, box.y + 20);
    await page.mouse.down();
    const goal = await page.locator('.timeline-block').first().boundingBox();
    await page.mouse.move((goal?.x ?? 0) + 4, box.y + 20, { steps: 8 });
    await page.mouse.up();
    await until(async () => (await names(page))[0] === first, 'the block to be dragged back');
    const before = await lengthOf(page, first);
    const edge = (await page.locator('.timeline-edge').first().boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    await page.mouse.move(edge.x + edge.width / 2, edge.y + 20);
    await page.mouse.down();
    await page.mouse.move(edge.x + 60, edge.y + 20, { steps: 6 });
    await page.mouse.up();
    await until(async () => (await lengthOf(page, first)) !== before, 'the block to get longer');

    await page.getByLabel('Lyrics').fill('The tide comes in\n\nand goes again');
    await page.getByText('2 lines').waitFor();
    const whole = await page.locator('[data-testid=plan-length]').textContent();
    await page.reload();
    await says(page, '[data-testid=plan-length]', whole ?? '');
    expect((await names(page))[0]).toBe(first);
  }, 60_000);

  it('names the field that breaks a limit as one types, and sends nothing until it is mended', async () => {
    studio = await openStudio(browser, house, 'music');
    const { page } = studio;
    const compose = page.getByRole('button', { name: 'Compose' });
    const length = page.getByLabel('Length').last();
    await length.fill('0.2');
    await page.getByText('The length must be 1 s at least.', { exact: true }).waitFor();
    expect(await length.getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByLabel('What is wrong with the plan').textContent()).toContain(
      'Section 1 (Intro): The length',
    );
    expect(await compose.isDisabled()).toBe(true);
    await length.fill('700');
    await page.getByText('The length may be 600 s at most.', { exact: true }).waitFor();
    await length.fill('590');
    await page
      .getByText(/The sections together last 626 s/)
      .first()
      .waitFor();
    await length.fill('6');
    await page.getByLabel('Name').fill('');
    await page.getByText('The name must not be empty.', { exact: true }).waitFor();
    await page.getByLabel('Name').fill('Intro');
    await page.getByLabel('Styles', { exact: true }).last().fill('x'.repeat(201));
    await page.keyboard.press('Enter');
    await page
      .getByText(/The styles: number 3 may have 200 characters at most/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: `Take away ${'x'.repeat(201)}` }).click();
    expect(await compose.isDisabled()).toBe(false);
  });

  it('renders a song and plays it, with its waveform, sections and words, and is clean for axe in both themes', async () => {
    studio = await openStudio(browser, house, 'music');
    const { page } = studio;
    for (const name of ['Chorus', 'Outro']) {
      await page.locator('.timeline-button', { hasText: name }).click();
      await page.getByLabel('Length').last().fill('4');
    }
    await page.locator('.timeline-button', { hasText: 'Verse' }).click();
    await page.getByLabel('Length').last().fill('5');
    await page.getByRole('button', { name: 'Compose' }).click();
    await page.locator('.rc-player .rc-lyrics').waitFor({ timeout: 60_000 });
    const { jobs } = (await house.call('/v1/jobs?kind=music&limit=1')).as(pageSchema);
    expect(page.url()).toContain(`#/music/${jobs[0]?.id}`);
    await until(
      () =>
        page.evaluate(() => {
          const path = document.querySelector('.rc-wave path')?.getAttribute('d') ?? '';
          return new Set(path.match(/V[\d.]+/g)).size > 20;
        }),
      'the waveform',
    );
    expect(await page.locator('.rc-sections button').allTextContents()).toEqual(['Intro', 'Verse', 'Chorus', 'Outro']);
    await page.locator('.rc-lyrics button').first().click();
    expect(await page.locator('.rc-lyrics [aria-current]').textContent()).toBe(
      'The boats come in with the morning light',
    );
    await page.getByRole('button', { name: 'Play' }).click();
    await until(
      () => page.locator('audio').evaluate((audio) => (audio as HTMLAudioElement).currentTime > 6.3),
      'the sound to move on',
    );
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.evaluate(() => window.scrollTo(0, 0));
    for (const colorScheme of ['light', 'dark'] as const) {
      // Without motion: colours that are still on their way are nobody's.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect.soft(await complaints(page), colorScheme).toEqual([]);
      await page.screenshot({ path: await pictureFile(`studio-song-${colorScheme}.png`) });
    }
    await page.setViewportSize({ width: 390, height: 844 });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    await page.screenshot({ path: await pictureFile('studio-song-phone.png'), fullPage: true });

    await page.reload();
    await page.locator('.rc-player').waitFor();
    await page.getByRole('button', { name: 'Edit its plan' }).click();
    expect(await names(page)).toEqual(['Intro', 'Verse', 'Chorus', 'Outro']);
  }, 90_000);

  it('takes plan, format and seed out of a finished song, and says what other files are', async () => {
    const section = { positiveStyles: [], negativeStyles: [], lines: [] };
    const sections = [
      { name: 'Dawn', durationMs: 4_000, ...section },
      { name: 'Tide', durationMs: 5_000, ...section },
    ];
    const plan = { title: 'Harbour', positiveStyles: ['ambient'], negativeStyles: [], sections };
    const request = { plan, seed: 4711, format: 'flac' };
    const made = await house.call('/v1/jobs', { body: { kind: 'music', engine: 'embedded-music', request } });
    const { job } = made.as(jobAnswerSchema);
    const song = await until(
      async () => (await house.call(`/v1/jobs/${job.id}`)).as(jobAnswerSchema).job.outputs[0],
      'the song',
      60_000,
    );
    const { bytes } = await house.call(`/v1/artifacts/${song.artifact.id}`);
    studio = await openStudio(browser, house, 'music');
    const { page } = studio;
    const chooser = page.getByLabel('Finished song');
    await chooser.setInputFiles({ name: 'harbour.flac', mimeType: 'audio/flac', buffer: Buffer.from(bytes) });
    await says(page, '[data-testid=plan-length]', '0:09 of 10:00');
    expect(await names(page)).toEqual(['Dawn', 'Tide']);
    expect(await page.getByLabel('Title').inputValue()).toBe('Harbour');
    expect(await page.getByLabel('Format').inputValue()).toBe('flac');
    expect(await page.getByLabel('Seed').inputValue()).toBe('4711');
    await chooser.setInputFiles({ name: 'notes.txt', mimeType: 'audio/x-none', buffer: Buffer.from('no song') });
    await page.getByText('notes.txt is nothing that carries parameters').waitFor();
  });
});
