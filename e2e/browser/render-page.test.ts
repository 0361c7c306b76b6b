import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, NO_CHROMIUM, openBrowser, pictureFile } from '../support/browser.js';
import { startHouse, until } from '../support/house.js';
import { holdEngine, openTestPage, type TestPage } from '../support/test-page.js';

const KEY = 'ada-key-0123456789abcdef';
const SCRIPTED = { dialectEngines: 'music-render=rehearsal', drainMs: 0 };
const renderOf = ({ page }: TestPage) => page.locator('#render-now code').textContent();
/** The browser can play the song; answers its length in seconds. */
async function songSeconds({ page }: TestPage): Promise<number> {
  const audio = page.locator('#song:not([hidden]) audio');
  await audio.waitFor();
  return until(() => audio.evaluate((element) => (element as HTMLAudioElement).duration || null), 'the song');
}

describe.skipIf(CHROMIUM === null)(`the test page of renders${CHROMIUM === null ? ` (${NO_CHROMIUM})` : ''}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it.each([
    ['without keys', {}, ''],
    ['with a key in its address', { apiKeys: `ada:${KEY}` }, `?token=${KEY}`],
  ])(
    'goes from words to a plan, and over every stage to a song that can be played (%s)',
    async (_name, settings, query) => {
      const house = await startHouse(settings);
      const tab = await openTestPage(browser, house, `/test/render${query}`);
      const { page } = tab;
      expect(await page.locator('#sum').textContent()).toBe('3 sections, 24 s');
      await page.locator('#words').fill('a calm piano piece');
      await page.locator('#length').fill('20');
      await page.locator('#length').press('Enter');
      await page.locator('#said', { hasText: 'The plan is written' }).waitFor();
      expect(await page.locator('#sum').textContent()).toMatch(/^\d+ sections, 20 s$/);
      await page.locator('#title').fill('Two Rivers');
      expect(await page.locator('#plan').inputValue()).toContain('"title": "Two Rivers"');
      await page.locator('#render').click();
      await tab.barMoves();
      expect(await songSeconds(tab)).toBeCloseTo(20, 0);
      await page.locator('#status', { hasText: 'Closed after the end' }).waitFor();
      expect(await page.locator('#stages [data-is="done"]').count()).toBe(7);
      expect([await tab.said(), await tab.bar()]).toEqual(['Render complete.', 100]);
      const bars = await tab.bars();
      expect(bars).toEqual([...bars].sort((left, right) => left - right));
      expect(new Set(bars).size).toBeGreaterThan(5);
      expect(await page.locator('#figures').textContent()).toMatch(/^two_rivers_[0-9a-f]{8}\.mp3 · \d+ kB$/);
      const loading = page.waitForEvent('download');
      await page.locator('#song a').click();
      expect((await loading).suggestedFilename()).toMatch(/^two_rivers_[0-9a-f]{8}\.mp3$/);
      expect(await page.locator('#lines').textContent()).toContain(`/render/status/${await renderOf(tab)}`);
      if (query === '') await page.screenshot({ path: await pictureFile('render-page.png'), fullPage: true });
      expect(tab.faults).toEqual([]);
      await page.close();
      await house.stop();
    },
  );

  it('joins its render when it is loaded again, before the end and after it, also without its plan', async () => {
    const house = await startHouse(SCRIPTED);
    const letGo = await holdEngine(house, 'music');
    const tab = await openTestPage(browser, house, '/test/render');
    const { page } = tab;
    await page.locator('#render').click();
    await page.locator('[data-stage="validated"][aria-current="step"]').waitFor();
    const render = await renderOf(tab);
    await page.reload();
    await page.locator('[data-stage="validated"][aria-current="step"]').waitFor();
    expect(await renderOf(tab)).toBe(render);
    const stranger = await openTestPage(browser, house, `/test/render#render=${render}`);
    await stranger.page.locator('#said', { hasText: 'The plan is good' }).waitFor();
    await letGo();
    await tab.barMoves();
    for (const each of [tab, stranger]) await songSeconds(each);
    await page.reload();
    await songSeconds(tab);
    expect([await renderOf(tab), await renderOf(stranger)]).toEqual([render, render]);
    expect([tab.faults, stranger.faults]).toEqual([[], []]);
    await page.close();
    await stranger.page.close();
    await house.stop();
  });

  it('says what the server refuses, and cancels', async () => {
    const house = await startHouse(SCRIPTED);
    const letGo = await holdEngine(house, 'music');
    const tab = await openTestPage(browser, house, '/test/render');
    const { page } = tab;
    const good = await page.locator('#plan').inputValue();
    const bad: [string, string][] = [
      ['{"sections": []}', 'VALIDATION_ERROR: sections'],
      ['{"sections": [{"duration_ms": 3000}]}', 'INVALID_REQUEST: sections.0.section_name'],
      ['this is no plan', 'INVALID_REQUEST: The message is not JSON.'],
    ];
    for (const [plan, words] of bad) {
      await page.locator('#plan').fill(plan);
      await page.locator('#render').click();
      await page.locator('#said.bad', { hasText: words }).waitFor();
    }
    expect(await page.locator('#sum').textContent()).toContain('not a JSON object');
    await page.locator('#plan').fill(good);
    await page.locator('#render').click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('#said.bad', { hasText: 'SERVER_ERROR: The render was cancelled.' }).waitFor();
    await letGo();
    await page.locator('#words').fill('a calm piano piece');
    await page.locator('#words').press('Enter');
    await page.locator('#said.bad', { hasText: 'no engine here makes plans from words' }).waitFor();
    expect(tab.faults).toEqual([]);
    await page.close();
    await house.stop();
  });
});
