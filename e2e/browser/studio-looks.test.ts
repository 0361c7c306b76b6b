import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHROMIUM, NO_CHROMIUM, openBrowser, pictureFile, STUDIO_DIR } from '../support/browser.js';
import { type House, rehearsal, startHouse, until } from '../support/house.js';
import { complaints, jobIs, openStudio, type Studio, submitted } from '../support/studio.js';

const MOST_SCRIPT_BYTES = 200_000;
const WIDE = { width: 1360, height: 900 };
const PHONE = { width: 390, height: 844 };
/** Made of the same parts as others that axe looks at. */
const ONLY_SHOT = new Set(['image-empty', 'live-failed']);
const GRID = { columns: { varied: 'steps', values: ['2', '4'] }, rows: { varied: 'seed', values: ['1', '2'] } };

describe('how the studio looks', () => {
  let house: House;
  let browser: Browser;
  let studio: Studio;
  /** Places to look at, by the name of their screenshot. */
  let places: Record<string, string>;

  beforeAll(async () => {
    if (CHROMIUM === null) return;
    house = await startHouse({}, STUDIO_DIR);
    browser = await openBrowser();
    places = await furnish(house);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await house?.stop();
  });
  beforeEach(({ skip }) => {
    if (CHROMIUM === null) skip(NO_CHROMIUM);
  });

  /** Goes there, and waits until everything that is under way on the page has come. */
  async function look(place: string): Promise<void> {
    await studio.go(place);
    const { page } = studio;
    await until(
      () =>
        page.evaluate(
          () =>
            document.querySelector('h1, [role=dialog]') !== null &&
            [...document.querySelectorAll('.frame-wait')].length === 0 &&
            [...document.images].every((image) => image.complete || image.loading === 'lazy'),
        ),
      `${place} to stand`,
    );
    await page.evaluate(() => document.fonts.ready);
  }

  it('gives axe nothing to complain of on any screen in either theme, and fits a phone', async () => {
    // Nothing moves, so that pictures of two runs can be compared.
    studio = await openStudio(browser, house, 'settings', { reducedMotion: 'reduce' });
    const { page } = studio;
    const shoot = async (name: string) => page.screenshot({ path: await pictureFile(`studio-${name}.png`) });
    try {
      for (const [name, place] of Object.entries(places)) {
        await page.setViewportSize(WIDE);
        await page.emulateMedia({ colorScheme: 'light' });
        await look(place);
        if (!ONLY_SHOT.has(name)) expect.soft(await complaints(page), name).toEqual([]);
        await shoot(`${name}-light`);
        await page.emulateMedia({ colorScheme: 'dark' });
        // What differs between the themes is the colours.
        if (!ONLY_SHOT.has(name))
          expect.soft(await complaints(page, ['color-contrast', 'link-in-text-block']), `${name}, dark`).toEqual([]);
        await shoot(`${name}-dark`);
        await page.setViewportSize(PHONE);
        const overflow = () =>
          page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        await until(async () => (await overflow()) <= 0, `${name} to fit a phone`);
        await shoot(`${name}-phone`);
      }
      expect(studio.troubles).toEqual([]);
    } finally {
      await studio.close();
    }
  }, 300_000);

  it(`loads less than ${MOST_SCRIPT_BYTES / 1000} KB of script for the first screen, and can be used at once`, async () => {
    studio = await openStudio(browser, house, 'settings');
    try {
      const scripts = new Map<string, number>();
      const waits: Promise<void>[] = [];
      studio.page.on('response', (response) => {
        if (!response.url().endsWith('.js')) return;
        waits.push(
          response.body().then((body) => {
            scripts.set(response.url(), gzipSync(body).length);
          }),
        );
      });
      await studio.page.goto('about:blank');
      await studio.go('image');
      await studio.page.getByLabel('Prompt').fill('it can be typed into');
      await Promise.all(waits);
      const bytes = [...scripts.values()].reduce((sum, each) => sum + each, 0);
      expect(scripts.size).toBeGreaterThan(1);
      expect(bytes).toBeLessThan(MOST_SCRIPT_BYTES);
    } finally {
      await studio.close();
    }
  });
});

const PROMPTS = [
  'a lighthouse in a storm at night',
  'a sailing boat on a calm lake at dawn',
  'an old oak on a hill in autumn',
  'mountains over a misty valley in the morning',
  'a small village in the snow by night',
  'a castle on a rock at sunset',
  'an owl on a branch under the stars',
  'a hot air balloon over the desert',
  'a red fox under a yellow moon',
];

/** Something on every screen: pictures that were made, some that run, one that failed, some that wait. */
async function furnish(house: House): Promise<Record<string, string>> {
  const played = (prompt: string, steps: number, script: object, rest: object = {}) => ({
    ...rehearsal(),
    request: { prompt, steps, width: 512, height: 384, extra: { rehearsal: { stepMs: 5, ...script } } },
    ...rest,
  });
  const cells = GRID.rows.values.flatMap((seed, row) =>
    GRID.columns.values.map((steps, column) => ({
      kind: 'image',
      tags: ['grid:12'],
      request: {
        prompt: 'a butterfly over a meadow',
        width: 160,
        height: 160,
        steps: Number(steps),
        seed: Number(seed),
        extra: { grid: { ...GRID, column, row } },
      },
    })),
  );
  await house.call('/v1/batches', { body: { jobs: cells } });
  const failed = await submitted(
    house,
    played('a picture that was too large for the card', 20, {
      fail: { atStep: 9, code: 'out_of_memory', retryable: false },
    }),
  );
  const painted: string[] = [];
  for (const [index, prompt] of PROMPTS.entries()) {
    const tags = [index % 3 === 0 ? 'night' : 'places'];
    const request = { prompt, width: 320, height: 320, steps: 10, refinerSteps: 3, seed: 20 + index };
    painted.push(await submitted(house, { kind: 'image', request, tags }));
  }
  await jobIs(house, failed, 'failed');
  for (const id of painted) await jobIs(house, id, 'succeeded');
  const last = painted.at(-1) ?? '';
  await house.call(`/v1/jobs/${last}`, { method: 'PATCH', body: { favorite: true } });
  const runs: string[] = [];
  for (const [index, prompt] of ['a heron in the reeds', 'a market in the rain', 'a bridge at dusk'].entries())
    runs.push(await submitted(house, played(prompt, 150 + index * 150, { stepMs: 900 })));
  await submitted(
    house,
    played('a harbour nobody has told much of', 400, { silence: { atStep: 1, steps: 399 }, stepMs: 900 }),
  );
  await submitted(house, played('a comet over the plain', 20, {}, { priority: 20 }));
  await submitted(house, played('a cat on a warm wall', 20, {}));
  return {
    'image-empty': 'image',
    image: `image/${last}`,
    'image-grid': 'image/grid/12',
    music: 'music',
    live: 'live',
    'live-one': `live/${runs[0] ?? ''}`,
    'live-failed': `live/${failed}`,
    queue: 'queue',
    gallery: 'gallery',
    'gallery-detail': `gallery/${last}.0`,
    'gallery-compare': `gallery/compare/${last}.0/${painted[0] ?? ''}.0`,
    overview: 'overview',
    console: 'console',
    settings: 'settings',
  };
}
