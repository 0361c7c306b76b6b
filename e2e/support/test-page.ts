import type { Browser, Page } from 'playwright-core';
import type { House } from './house.js';

/** A test page of a dialect, opened in a browser. */
export interface TestPage {
  page: Page;
  /** Errors of its script and lines that the browser writes in red, but for refusals that the test provokes. */
  faults: string[];
  said(): Promise<string>;
  bar(): Promise<number>;
  /** Waits until its bar stands between its ends. */
  barMoves(): Promise<unknown>;
}

/** Opens `/test/…` of a house. */
export async function openTestPage(browser: Browser, house: House, path: string): Promise<TestPage> {
  const page = await browser.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (line) => {
    if (line.type() === 'error' && !/status of 4\d\d/.test(line.text())) faults.push(line.text());
  });
  await page.goto(`${house.url}${path}`);
  const bar = page.locator('#bar');
  return {
    page,
    faults,
    said: async () => (await page.locator('#said').textContent()) ?? '',
    bar: () => bar.evaluate((element) => (element as HTMLProgressElement).value),
    barMoves: () =>
      page.waitForFunction(() => {
        const { value } = document.querySelector('#bar') as HTMLProgressElement;
        return value > 0 && value < 100;
      }),
  };
}

/** Takes all slots of the scripted engine, until it is told to let go of them. */
export async function holdEngine(house: House, kind: 'image' | 'music'): Promise<() => Promise<void>> {
  const slots = 4;
  const ids = await Promise.all(
    Array.from({ length: slots }, async () => {
      const request = { prompt: 'stays', extra: { rehearsal: { hangAtStep: 1 } } };
      const answer = await house.call('/v1/jobs', { body: { kind, engine: 'rehearsal', request } });
      return (JSON.parse(answer.text) as { job: { id: string } }).job.id;
    }),
  );
  return async () => {
    for (const id of ids) await house.call(`/v1/jobs/${id}/cancel`, { method: 'POST' });
  };
}
