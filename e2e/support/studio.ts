import { AxeBuilder } from '@axe-core/playwright';
import { jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { type House, until } from './house.js';

/** The studio, opened in a browser of its own storage. */
export interface Studio {
  context: BrowserContext;
  page: Page;
  /** Errors of its scripts and lines that the browser writes in red. */
  troubles: string[];
  /** Goes to a place: `live/j_1`. */
  go(place: string): Promise<void>;
  /** Another tab of the same browser. */
  secondTab(place: string): Promise<Page>;
  close(): Promise<void>;
}

/** Opens a window on a house's studio. */
export async function openStudio(
  browser: Browser,
  house: Pick<House, 'url'>,
  place: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Studio> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, ...options });
  const troubles: string[] = [];
  const page = await context.newPage();
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  const go = async (to: string, tab = page): Promise<void> => {
    await tab.goto(`${house.url}/#/${to}`);
    await tab.locator('.frame-main').waitFor();
  };
  await go(place);
  return {
    context,
    page,
    troubles,
    go: (to) => go(to),
    async secondTab(to) {
      const tab = await context.newPage();
      await go(to, tab);
      return tab;
    },
    close: () => context.close(),
  };
}

/** Submits over HTTP and returns the job's id. */
export async function submitted(house: House, body: Record<string, unknown>): Promise<string> {
  const answer = await house.call('/v1/jobs', { body });
  expect(answer.status, answer.text).toBe(201);
  return answer.as(jobAnswerSchema).job.id;
}

/** Waits until a job has the state. */
export async function jobIs(house: House, id: string, state: string): Promise<void> {
  await until(async () => {
    const { job } = JSON.parse((await house.call(`/v1/jobs/${id}`)).text) as { job: { state: string } };
    return job.state === state;
  }, `${id} to be ${state}`);
}

/** Waits until a place on the page says this, and nothing else. */
export async function says(page: Page, selector: string, text: string | RegExp, withinMs?: number): Promise<void> {
  await until(
    async () => {
      const said = await page.locator(selector).allTextContents();
      return said.some((each) => (typeof text === 'string' ? each === text : text.test(each)));
    },
    `${selector} to say ${text}`,
    withinMs,
  );
}

/** What axe complains of on the page as it stands; of all its rules, or of some. */
export async function complaints(page: Page, rules?: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules === undefined ? axe : axe.withRules(rules)).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Presses Tab (or Shift+Tab) until the focus is on something that fits; fails when it never comes there. */
export async function tabTo(page: Page, selector: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  // A screen may still be on its way: round and round, until it is there.
  const deadlineMs = Date.now() + 15_000;
  while (Date.now() < deadlineMs) {
    await page.keyboard.press(key);
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)) return;
  }
  throw new Error(`Tab never came to ${selector}`);
}
