import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, NO_CHROMIUM, openBrowser } from '../support/browser.js';
import { type House, startHouse } from '../support/house.js';

const PAGES = ['websocket', 'progress', 'image-task', 'render'];
/** Anything that can be reached with the tabulator. */
const REACHABLE = 'button:not([disabled]), input, select, textarea, a[href], [tabindex="0"]';

describe.skipIf(CHROMIUM === null)(`every test page${CHROMIUM === null ? ` (${NO_CHROMIUM})` : ''}`, () => {
  let browser: Browser;
  let house: House;
  beforeAll(async () => {
    house = await startHouse();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await house?.stop();
  });

  async function within(
    options: Parameters<Browser['newContext']>[0],
    look: (context: BrowserContext) => Promise<void>,
  ): Promise<void> {
    const context = await browser.newContext(options);
    await look(context);
    await context.close();
  }

  describe.each(PAGES)('/test/%s', (name) => {
    it.each(['light', 'dark'] as const)('has nothing for axe to complain of (%s)', (colorScheme) =>
      within({ colorScheme }, async (context) => {
        const page = await context.newPage();
        await page.goto(`${house.url}/test/${name}`);
        await page.locator('#lines', { hasText: 'curl' }).waitFor();
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      }),
    );

    it('fits a phone, moves nothing by itself, and comes from this server whole', () =>
      within({ viewport: { width: 320, height: 640 }, reducedMotion: 'reduce' }, async (context) => {
        const page = await context.newPage();
        const asked: string[] = [];
        page.on('request', (request) => asked.push(new URL(request.url()).pathname));
        await page.goto(`${house.url}/test/${name}`);
        await page.locator('#lines', { hasText: 'curl' }).waitFor();
        expect(asked).toEqual([`/test/${name}`, `/test/${name}.js`]);
        const [sideways, moving] = await page.evaluate(() => [
          document.documentElement.scrollWidth - window.innerWidth,
          document.getAnimations().length,
        ]);
        expect([sideways, moving]).toEqual([0, 0]);
      }));

    it('is used by keyboard: everything is reached in its order, and shows that it is', () =>
      within({}, async (context) => {
        const page = await context.newPage();
        await page.goto(`${house.url}/test/${name}`);
        await page.locator('#lines', { hasText: 'curl' }).waitFor();
        const all = await page.locator(REACHABLE).evaluateAll((elements) => elements.map(({ id }) => id));
        expect(all).toContain('lines');
        for (const id of all) {
          await page.keyboard.press('Tab');
          const now = await page.evaluate(() => {
            const element = document.activeElement;
            return element === null ? null : [element.id, getComputedStyle(element).outlineStyle];
          });
          expect(now).toEqual([id, 'solid']);
        }
      }));
  });
});
