import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, NO_CHROMIUM, openBrowser, pictureFile } from '../support/browser.js';
import { type House, startHouse } from '../support/house.js';
import { holdEngine, openTestPage } from '../support/test-page.js';

const KEY = 'ada-key-0123456789abcdef';

describe.skipIf(CHROMIUM === null)(`the test page of sessions${CHROMIUM === null ? ` (${NO_CHROMIUM})` : ''}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  async function makesAnImage(house: House, query: string): Promise<void> {
    const { page, faults, previewShows } = await openTestPage(browser, house, `/test/websocket${query}`);
    await page.locator('#status[data-state="connected"]').waitFor();
    await page.locator('#prompt').fill('a red fox under a yellow moon');
    await page.locator('#steps').fill('10');
    expect(await page.locator('#steps-now').textContent()).toBe('10');
    await page.locator('#generate').click();
    await previewShows();
    await page.locator('#images img').waitFor();
    const image = page.locator('#images img');
    await expect.poll(() => image.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBe(1024);
    expect(await page.locator('#bar').evaluate((bar) => (bar as HTMLProgressElement).value)).toBe(100);
    expect(await page.locator('#said').textContent()).toBe('Done.');
    expect(faults).toEqual([]);
    if (query === '') await page.screenshot({ path: await pictureFile('session-page.png'), fullPage: true });
    await page.close();
  }

  it('connects, starts a session, moves its bar, shows previews and then the image', async () => {
    const house = await startHouse();
    await makesAnImage(house, '');
    await house.stop();
  });

  it('has the fields and bounds that its clients know, and a green status once it is connected', async () => {
    const house = await startHouse();
    const { page } = await openTestPage(browser, house, '/test/websocket');
    await page.locator('#status[data-state="connected"]').waitFor();
    const bounds = (id: string) =>
      page.locator(id).evaluate((input) => [(input as HTMLInputElement).min, (input as HTMLInputElement).max]);
    expect([await bounds('#steps'), await bounds('#guidance')]).toEqual([
      ['10', '100'],
      ['1', '20'],
    ]);
    expect(await page.locator('label:has(textarea)').allInnerTexts()).toEqual([
      expect.stringMatching(/^Prompt/),
      expect.stringMatching(/^Negative prompt/),
    ]);
    const colour = await page.locator('#status').evaluate((element) => getComputedStyle(element).color);
    const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
    expect(green).toBeGreaterThan(Math.max(red, blue));
    await page.close();
    await house.stop();
  });

  it('works with a key in its address', async () => {
    const house = await startHouse({ apiKeys: `ada:${KEY}` });
    await makesAnImage(house, `?token=${KEY}`);
    await house.stop();
  });

  it('goes on with its session when it is loaded again, before the end and after it, and cancels', async () => {
    const house = await startHouse({ dialectEngines: 'artist-session=rehearsal' });
    const letGo = await holdEngine(house, 'image');
    const tab = await openTestPage(browser, house, '/test/websocket');
    const { page } = tab;
    const waiting = page.locator('#said', { hasText: 'Waiting for its turn' });
    await page.locator('#generate').click();
    await waiting.waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('#said.bad', { hasText: 'cancelled' }).waitFor();
    await page.locator('#generate').click();
    await waiting.waitFor();
    await page.reload();
    await waiting.waitFor();
    await letGo();
    await tab.barMoves();
    await page.locator('#images img').waitFor();
    await page.reload();
    await page.locator('#images img').waitFor();
    expect([await tab.said(), await tab.bar()]).toEqual(['Done.', 100]);
    expect(tab.faults).toEqual([]);
    await page.close();
    await house.stop();
  });

  it('says what the server refuses, and connects again by itself when the server comes back', async () => {
    const house = await startHouse();
    const page = await browser.newPage();
    await page.goto(`${house.url}/test/websocket`);
    await page.locator('#status[data-state="connected"]').waitFor();
    await page.locator('#prompt').fill('   ');
    await page.locator('#generate').click();
    await page.locator('#said.bad').waitFor();
    expect(await page.locator('#said').textContent()).toContain('prompt');
    const { dataDir } = house;
    const port = Number(new URL(house.url).port);
    await house.server.stop();
    await page.locator('#status[data-state="closed"]').waitFor();
    const again = await startHouse({ dataDir, port });
    await page.locator('#status[data-state="connected"]').waitFor();
    await page.close();
    await again.stop();
    await house.stop();
  });
});
