import { AxeBuilder } from '@axe-core/playwright';
import { pageSchema, statsSchema } from '@rendercast/protocol';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFaultProxy } from '../chaos/proxy.js';
import { CHROMIUM, NO_CHROMIUM, openBrowser, pictureFile } from '../support/browser.js';
import { type House, rehearsal, startHouse, until } from '../support/house.js';
import { buildPackedApp, type PackedApp } from '../support/packed-app.js';

/** Tabs that are open at once. */
const TABS = Number(process.env.RENDERCAST_TEST_TABS ?? 20);
/** Twenty pages on a busy machine take their time, in milliseconds. */
const PATIENCE_MS = 40_000;
/** 256 kbit/s. */
const SLOW_BYTES_PER_SECOND = 32_000;

describe.skipIf(CHROMIUM === null)(
  `an app on the packed React kit${CHROMIUM === null ? ` (${NO_CHROMIUM})` : ''}`,
  () => {
    let app: PackedApp;
    let house: House;
    let browser: Browser;
    let context: BrowserContext;
    let troubles: string[];
    /** Pages that hold a socket. */
    let holders: Set<Page>;

    beforeAll(async () => {
      app = await buildPackedApp('examples/react-app');
      house = await startHouse({}, app.dist);
      browser = await openBrowser({ keepsPages: true });
    }, 120_000);
    afterAll(async () => {
      await browser?.close();
      await house?.stop();
      await app?.remove();
    });
    beforeEach(async () => {
      context = await browser.newContext({ viewport: { width: 1100, height: 800 } });
      troubles = [];
      holders = new Set();
      context.on('page', (page) => {
        page.on('pageerror', (error) => troubles.push(error.message));
        // Neither a closed page nor one that was left tells of its sockets.
        page.on('close', () => holders.delete(page));
        page.on('framenavigated', () => holders.delete(page));
        page.on('websocket', (socket) => {
          holders.add(page);
          socket.on('close', () => holders.delete(page));
        });
      });
    });
    afterEach(async () => {
      await context?.close();
      expect(troubles).toEqual([]);
    });

    const sockets = async (): Promise<number> => (await house.call('/v1/stats')).as(statsSchema).connections.sockets;
    const openTab = async (url = house.url): Promise<Page> => {
      const page = await context.newPage();
      await page.goto(url);
      return page;
    };
    const isLive = (page: Page) => page.locator('.rc-badge[data-status="open"]').waitFor();
    /** A picture that is made elsewhere; answers with its prompt once it is done. */
    async function make(prompt: string): Promise<string> {
      const script = rehearsal({ stepMs: 5, steps: 3 }) as { request: object };
      await house.call('/v1/jobs', { body: { ...script, request: { ...script.request, prompt } } });
      await until(async () => {
        const { jobs } = (await house.call(`/v1/jobs?search=${encodeURIComponent(prompt)}&state=succeeded`)).as(
          pageSchema,
        );
        return jobs.length > 0;
      }, prompt);
      return prompt;
    }
    const hasTile = (page: Page, prompt: string) =>
      page.locator('.rc-tile', { hasText: prompt }).first().waitFor({ state: 'attached' });

    it('is installed from tarballs that hold the parts, their types and the stylesheet, and no tests', () => {
      expect(app.packed).toEqual(
        expect.arrayContaining(['styles.css', 'dist/react/index.js', 'dist/react/index.d.ts', 'dist/tabs/index.js']),
      );
      expect(app.packed.filter((path) => /test|testing/.test(path))).toEqual([]);
    });

    it.each(['light', 'dark'] as const)(
      'makes a picture in a window, and has nothing for axe to complain of (%s)',
      async (colorScheme) => {
        const page = await openTab();
        await page.emulateMedia({ colorScheme });
        await isLive(page);
        await page.getByRole('button', { name: 'New picture' }).press('Enter');
        const dialog = page.getByRole('dialog', { name: 'Generate a picture' });
        expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
        for (let presses = 0; presses < 6; presses += 1) {
          await page.keyboard.press('Tab');
          expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
        }
        await dialog.getByRole('button', { name: 'Generate' }).click();
        await dialog.getByRole('button', { name: 'Another one' }).waitFor();
        expect(await dialog.locator('.rc-state').textContent()).toBe('Done');
        const picture = dialog.locator('.rc-picture img');
        await until(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth === 256), 'the picture');
        expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
        await page.screenshot({ path: await pictureFile(`kit-modal-${colorScheme}.png`) });
        await page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'detached' });
        expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('New picture');
        await page.locator('.rc-card').waitFor();
        await hasTile(page, 'a red fox');
        expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
        await page.screenshot({ path: await pictureFile(`kit-${colorScheme}.png`) });
      },
    );

    it('shares one socket among many tabs, which moves on when its tab is closed, frozen or put aside', async () => {
      const tabs = await Promise.all(Array.from({ length: TABS }, () => openTab()));
      await Promise.all(tabs.map(isLive));
      await until(async () => (await sockets()) === 1, 'one socket');
      expect(holders.size).toBe(1);
      const everywhere = async (prompt: string, pages: readonly Page[]) =>
        Promise.all(pages.map((page) => hasTile(page, prompt)));
      await everywhere(await make('seen in all tabs'), tabs);

      const [closed] = holders;
      await closed?.close();
      const left = tabs.filter((page) => page !== closed);
      await until(() => holders.size === 1, 'another tab holds the socket', PATIENCE_MS);
      await everywhere(await make('seen after a close'), left);
      expect(await sockets()).toBe(1);

      const [frozen] = holders;
      if (frozen === undefined) throw new Error('nobody holds the socket');
      // The browser freezes a page that is driven only now and then; what the page hears of it is the same.
      await frozen.evaluate(() => document.dispatchEvent(new Event('freeze')));
      await until(
        async () => holders.size === 1 && !holders.has(frozen) && (await sockets()) === 1,
        'a tab that is awake holds the socket',
        PATIENCE_MS,
      );
      await everywhere(
        await make('seen while one is frozen'),
        left.filter((page) => page !== frozen),
      );
      await frozen.evaluate(() => document.dispatchEvent(new Event('resume')));
      await hasTile(frozen, 'seen while one is frozen');

      const [aside] = holders;
      if (aside === undefined) throw new Error('nobody holds the socket');
      await aside.evaluate(() => {
        (globalThis as { isTheSamePage?: boolean }).isTheSamePage = true;
      });
      await aside.goto(`${house.url}/health`);
      await until(() => holders.size === 1 && !holders.has(aside), 'another tab holds the socket again', PATIENCE_MS);
      const prompt = await make('seen while one is aside');
      await everywhere(
        prompt,
        left.filter((page) => page !== aside),
      );
      // A page that is put back does not load again.
      await aside.goBack({ waitUntil: 'commit' });
      expect(await aside.evaluate(() => (globalThis as { isTheSamePage?: boolean }).isTheSamePage)).toBe(true);
      await hasTile(aside, prompt);
      await until(async () => (await sockets()) === 1, 'one socket in the end');
    }, 90_000);

    it('hears facts within 300 ms beside running previews on a line of 256 kbit/s', async () => {
      const proxy = await createFaultProxy({ target: { port: Number(new URL(house.url).port) } });
      try {
        const page = await context.newPage();
        const delaysMs: number[] = [];
        let previews = 0;
        page.on('websocket', (socket) =>
          socket.on('framereceived', ({ payload }) => {
            if (typeof payload !== 'string') previews += 1;
            else if (payload.startsWith('{"type":"event"'))
              delaysMs.push(Date.now() - Date.parse((JSON.parse(payload) as { fact: { at: string } }).fact.at));
          }),
        );
        await page.goto(`http://127.0.0.1:${proxy.port}`);
        await isLive(page);
        // It makes previews for eight such lines.
        const busy = rehearsal({ stepMs: 40, steps: 6_000 }) as { request: object };
        const request = { ...busy.request, prompt: 'a busy harbour' };
        const big = await house.call('/v1/jobs', { body: { ...busy, request } });
        const { id } = (JSON.parse(big.text) as { job: { id: string } }).job;
        await page.getByRole('button', { name: 'a busy harbour', exact: true }).click();
        await until(() => previews > 0, 'a first preview');
        /** Lets things happen to other jobs, and says how late the page heard of them. */
        async function p95OfFacts(): Promise<number> {
          const from = delaysMs.length;
          for (let count = 0; count < 8; count += 1) {
            await house.call('/v1/jobs', { body: rehearsal({ stepMs: 20, steps: 3, previewEvery: 0 }) });
            await new Promise((resolve) => setTimeout(resolve, 250));
          }
          const newest = delaysMs.slice(from).sort((left, right) => left - right);
          return newest.length < 25 ? Number.POSITIVE_INFINITY : (newest[Math.ceil(newest.length * 0.95) - 1] ?? 0);
        }
        // What the machine itself takes, which many others may be using.
        const busyMs = await p95OfFacts();
        proxy.set({ down: { bytesPerSecond: SLOW_BYTES_PER_SECOND }, up: { bytesPerSecond: SLOW_BYTES_PER_SECOND } });
        const before = previews;
        // It takes the server some seconds to notice how slow the line has become.
        const p95Ms = await until(
          async () => {
            const slowMs = await p95OfFacts();
            return slowMs <= busyMs + 300 && slowMs;
          },
          'facts in time',
          PATIENCE_MS,
        );
        expect(p95Ms).toBeLessThanOrEqual(busyMs + 300);
        expect(previews).toBeGreaterThan(before + 5);
        await house.call(`/v1/jobs/${id}/cancel`, { method: 'POST' });
        await page.close();
      } finally {
        await proxy.close();
      }
    }, 90_000);
  },
);
