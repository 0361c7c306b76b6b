import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createAtScrape } from './at-scrape.js';
import { watchLoopDelay } from './loop-delay.js';
import { createRecent } from './recent.js';

describe('durations of late', () => {
  it('have no percentiles before there is one', () => {
    expect(createRecent().figures()).toEqual({ count: 0, p50Ms: null, p95Ms: null });
  });

  it('are those of the newest only, while all are counted', () => {
    const recent = createRecent(100);
    for (let ms = 1; ms <= 100; ms += 1) recent.add(ms);
    expect(recent.figures()).toEqual({ count: 100, p50Ms: 50, p95Ms: 95 });
    for (let times = 0; times < 100; times += 1) recent.add(7);
    expect(recent.figures()).toEqual({ count: 200, p50Ms: 7, p95Ms: 7 });
  });
});

describe('what is read when somebody asks', () => {
  it('is read anew each time, and never added up', async () => {
    const registry = new Registry();
    let counted = 3;
    createAtScrape(registry).counter('things_total', 'Things.', [], () => counted);
    expect(await registry.metrics()).toContain('things_total 3\n');
    counted = 5;
    expect(await registry.metrics()).toContain('things_total 5\n');
  });

  it('is left out when it cannot be read, and takes nothing else along', async () => {
    const registry = new Registry();
    const at = createAtScrape(registry);
    const broken = { now: false };
    const read = () => (broken.now ? Promise.reject(new Error('away')) : 4);
    at.gauge('free_bytes', 'Free.', [], read);
    at.counter('stored_total', 'Stored.', [], read);
    at.gauge('jobs', 'Jobs.', ['state'], async () => [[{ state: 'queued' }, Number(await read())]]);
    at.gauge('other', 'Other.', [], () => 1);
    expect(await registry.metrics()).toContain('jobs{state="queued"} 4\n');
    broken.now = true;
    const text = await registry.metrics();
    expect(text).not.toMatch(/^free_bytes /m);
    expect(text).not.toMatch(/^jobs\{/m);
    expect(text).toContain('other 1\n');
    expect(text, 'a counter that fell to 0 would look like a restart').toContain('stored_total 4\n');
  });
});

it('sees that the loop was held up', async () => {
  const delay = watchLoopDelay();
  while (delay.figures().maxMs <= 50) {
    const heldUntilMs = performance.now() + 120;
    while (performance.now() < heldUntilMs); // work that should be in a thread
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(delay.figures().p50Ms).toBeLessThanOrEqual(delay.figures().maxMs);
  delay.close();
});
