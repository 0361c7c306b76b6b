import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, NO_CHROMIUM, openBrowser, pictureFile } from '../support/browser.js';
import { startHouse } from '../support/house.js';
import { holdEngine, openTestPage, type TestPage } from '../support/test-page.js';

const KEY = 'ada-key-0123456789abcdef';
const SCRIPTED = { dialectEngines: 'image-task=rehearsal' };
const taskOf = ({ page }: TestPage) => page.locator('#task-now code').textContent();
const imageIsThere = async ({ page }: TestPage) => {
  const image = page.locator('#image:not([hidden]) img');
  await image.waitFor();
  await expect.poll(() => image.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
};

describe.skipIf(CHROMIUM === null)(`the test page of tasks${CHROMIUM === null ? ` (${NO_CHROMIUM})` : ''}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it.each([
    ['without keys', {}, ''],
    ['with a key in its address', { apiKeys: `ada:${KEY}` }, `?token=${KEY}`],
  ])('begins a task, moves its bar step by step and shows the image (%s)', async (_name, settings, query) => {
    const house = await startHouse(settings);
    const tab = await openTestPage(browser, house, `/test/image-task${query}`);
    const { page } = tab;
    await page.locator('#prompt').fill('a red fox under a yellow moon');
    await page.locator('#steps').fill('40');
    await page.locator('#generate').click();
    await page.locator('#status[data-state="connected"]').waitFor();
    await tab.barMoves();
    await imageIsThere(tab);
    expect(await page.locator('#figures').textContent()).toMatch(/^Refiner model · step 70 of 70 · 100 % · \d+\.\d s$/);
    expect(await tab.said()).toMatch(/^Done in \d+\.\d s\.$/);
    const bars = await tab.bars();
    expect(bars).toEqual([...bars].sort((left, right) => left - right));
    expect(new Set(bars).size).toBeGreaterThan(5);
    expect(await tab.bar()).toBe(100);
    expect(await page.locator('#log').textContent()).toContain('Base model generation: step ');
    expect(await page.locator('#lines').textContent()).toContain(`"task_id":"${await taskOf(tab)}"`);
    if (query === '') await page.screenshot({ path: await pictureFile('image-task-page.png'), fullPage: true });
    expect(tab.faults).toEqual([]);
    await page.close();
    await house.stop();
  });

  it('goes on with its task when it is loaded again, before the end and after it', async () => {
    const house = await startHouse(SCRIPTED);
    const letGo = await holdEngine(house, 'image');
    const tab = await openTestPage(browser, house, '/test/image-task');
    const { page } = tab;
    await page.locator('#steps').fill('20');
    await page.locator('#generate').click();
    await page.locator('#progress[data-status="pending"]').waitFor();
    const task = await taskOf(tab);
    await page.reload();
    await page.locator('#progress[data-status="pending"]').waitFor();
    expect(await taskOf(tab)).toBe(task);
    await letGo();
    await tab.barMoves();
    await imageIsThere(tab);
    await page.reload();
    await imageIsThere(tab);
    expect([await taskOf(tab), await tab.bar()]).toEqual([task, 100]);
    expect(tab.faults).toEqual([]);
    await page.close();
    await house.stop();
  });

  it('follows the task of another by its id, says why it failed, and cancels', async () => {
    const house = await startHouse(SCRIPTED);
    const tab = await openTestPage(browser, house, '/test/image-task');
    const { page } = tab;
    const begin = (task_id: string, rehearsal: object) =>
      house.call('/api/media/generate', { body: { prompt: 'another', task_id, rehearsal } });
    const follow = async (id: string) => {
      await page.locator('#join-task').fill(id);
      await page.locator('#join-task').press('Enter');
    };
    await follow('soon');
    await page.locator('#said', { hasText: 'Waiting for the task "soon" to start.' }).waitFor();
    await begin('soon', { stepMs: 1, fail: { atStep: 12, code: 'out_of_memory', retryable: false } });
    await page.locator('#progress[data-status="failed"]').waitFor();
    expect(await tab.said()).toMatch(/^Generation failed: /);
    expect(await tab.bar()).toBeGreaterThan(0);
    const hanging = begin('hangs', { stepMs: 1, hangAtStep: 6 });
    await follow('hangs');
    await page.locator('#figures', { hasText: 'step 5 of 80' }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('#progress[data-status="failed"]').waitFor();
    expect(await tab.said()).toBe('Generation failed: The generation was cancelled.');
    expect((await hanging).text).toContain('"success":false');
    expect(tab.faults).toEqual([]);
    await page.close();
    await house.stop();
  });

  it('says what the server refuses, and finds its task again when the server comes back', async () => {
    const house = await startHouse({ ...SCRIPTED, drainMs: 0 });
    const tab = await openTestPage(browser, house, '/test/image-task');
    const { page } = tab;
    await page.locator('#task').fill('no/id');
    await page.locator('#generate').click();
    await page.locator('#said.bad', { hasText: 'task_id' }).waitFor();
    await page.locator('#status[data-state="none"]').waitFor();
    await page.locator('#task').fill('lasting');
    await page.locator('#generate').click();
    await tab.barMoves();
    const { dataDir } = house;
    const port = Number(new URL(house.url).port);
    await house.server.stop();
    await page.locator('#status[data-state="closed"]').waitFor();
    const again = await startHouse({ ...SCRIPTED, dataDir, port });
    await page.locator('#status[data-state="connected"]').waitFor();
    await imageIsThere(tab);
    expect(await tab.bar()).toBe(100);
    await page.close();
    await again.stop();
    await house.stop();
  });
});
