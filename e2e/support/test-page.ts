import type { Browser, Page } from 'playwright-core';
import type { House } from './house.js';

/** A test page of a dialect, opened in a browser. */
export interface TestPage {
  page: Page;
  /** Errors of its script and lines that the browser writes in red, but for refusals that the test provokes. */
  faults: string[];
  said(): Promise<string>;
  bar(): Promise<number>;
  /** Every value that its bar has had since the page was loaded, in order. */
  bars(): Promise<number[]>;
  /** Waits until its bar has stood between its ends. */
  barMoves(): Promise<unknown>;
  /** Waits until a preview has been shown, however short. */
  previewShows(): Promise<unknown>;
}

/** Opens `/test/…` of a house. */
export async function openTestPage(browser: Browser, house: House, path: string): Promise<TestPage> {
  const page = await browser.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (line) => {
    if (line.type() === 'error' && !/status of 4\d\d/.test(line.text())) faults.push(line.text());
  });
  // What stands for less than a frame is seen too; a locator looks every half second only.
  await page.addInitScript(() =>
    document.addEventListener('DOMContentLoaded', () => {
      const preview = document.querySelector<HTMLImageElement>('#preview');
      if (preview !== null)
        new MutationObserver(() => {
          if (!preview.hidden && preview.src !== '') document.documentElement.dataset.previewed = 'yes';
        }).observe(preview, { attributeFilter: ['hidden', 'src'] });
      const element = document.querySelector<HTMLProgressElement>('#bar');
      if (element === null) return;
      const seen: number[] = [];
      const note = (): void => {
        seen.push(element.value);
        document.documentElement.dataset.bars = JSON.stringify(seen);
      };
      new MutationObserver(note).observe(element, { attributeFilter: ['value'] });
    }),
  );
  await page.goto(`${house.url}${path}`);
  const bar = page.locator('#bar');
  return {
    page,
    faults,
    said: async () => (await page.locator('#said').textContent()) ?? '',
    bar: () => bar.evaluate((element) => (element as HTMLProgressElement).value),
    bars: () => page.evaluate(() => JSON.parse(document.documentElement.dataset.bars ?? '[]') as number[]),
    barMoves: () =>
      page.waitForFunction(() =>
        (JSON.parse(document.documentElement.dataset.bars ?? '[]') as number[]).some((each) => each > 0 && each < 100),
      ),
    previewShows: () => page.waitForFunction(() => document.documentElement.dataset.previewed === 'yes'),
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
