import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, NO_CHROMIUM, openBrowser } from '../support/browser.js';
import { type House, startHouse } from '../support/house.js';

type Message = Record<string, unknown>;
interface Talk {
  /** Path of the socket. */
  at: string;
  /** Said when it opens. */
  say?: object;
  /** Called once a message of type `after` was heard. */
  post?: { path: string; body: object; after: string };
  /** The value of `type` or `status` of the last message that is waited for. */
  until: string;
}

/** Everything a page hears, the answer of its call, and the code with which the server closed within a second. */
async function talk(page: Page, url: string, asked: Talk) {
  return page.evaluate(
    async ({ url, at, say, post, until }) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}${at}`);
      const heard: Record<string, unknown>[] = [];
      let code: number | null = null;
      const closed = new Promise<void>((resolve) => {
        socket.onclose = (event) => {
          ({ code } = event);
          resolve();
        };
      });
      let told = (): void => undefined;
      const ready = new Promise<void>((resolve) => {
        told = resolve;
      });
      const ended = new Promise<void>((resolve, reject) => {
        socket.onerror = () => reject(new Error('the socket was refused'));
        socket.onmessage = ({ data }) => {
          const message = JSON.parse(data as string) as Record<string, unknown>;
          heard.push(message);
          if (message['type'] === post?.after) told();
          if (message['type'] === until || message['status'] === until) resolve();
        };
      });
      await Promise.race([new Promise((resolve) => (socket.onopen = resolve)), ended]);
      if (say !== undefined) socket.send(JSON.stringify(say));
      let answer: unknown = null;
      if (post !== undefined) {
        await Promise.race([ready, ended]);
        const headers = { 'Content-Type': 'application/json', Authorization: 'Bearer of-another-service' };
        answer = await (
          await fetch(url + post.path, { method: 'POST', headers, body: JSON.stringify(post.body) })
        ).json();
      }
      await ended;
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 1_000))]);
      const closedWith = code;
      socket.close();
      return { heard, answer: answer as Record<string, unknown> | null, closedWith: closedWith as number | null };
    },
    { url, ...asked },
  );
}

describe.skipIf(CHROMIUM === null)(
  `pages opened from disk, in Chromium${CHROMIUM === null ? ` (${NO_CHROMIUM})` : ''}`,
  () => {
    let browser: Browser;
    let page: Page;
    let house: House;
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'rendercast-page-'));
      await writeFile(join(folder, 'page.html'), '<!doctype html><title>a front end</title>');
      house = await startHouse();
      browser = await openBrowser();
      page = await browser.newPage();
      await page.goto(pathToFileURL(join(folder, 'page.html')).href);
    });
    afterAll(async () => {
      await browser.close();
      await house.stop();
      await rm(folder, { recursive: true });
    });
    const types = (heard: Message[]): unknown[] => heard.map(({ type }) => type);
    const image = { prompt: 'a lighthouse', width: 256, height: 256 };

    it('follow an image task and show its image', async () => {
      const { heard, answer, closedWith } = await talk(page, house.url, {
        at: '/ws/image-generation/task-1',
        post: {
          path: '/api/media/generate',
          body: { ...image, task_id: 'task-1', num_inference_steps: 20 },
          after: 'status',
        },
        until: 'completed',
      });
      expect(types(heard).slice(0, 2)).toEqual(['status', 'progress']);
      expect(heard.at(-1)).toMatchObject({ task_id: 'task-1', percentage: 100, error: null });
      expect([answer?.['success'], closedWith]).toEqual([true, null]);
      const width = await page.evaluate(async (src) => {
        const shown = new Image();
        shown.src = src;
        await shown.decode();
        return shown.naturalWidth;
      }, String(answer?.['image_url']));
      expect(width).toBe(256);
    });

    it('hear all of a session without a subscription', async () => {
      const { heard, answer, closedWith } = await talk(page, house.url, {
        at: '/ws',
        say: { type: 'ping' },
        post: { path: '/api/generate', body: { ...image, width: 512, height: 512 }, after: 'pong' },
        until: 'generation_complete',
      });
      const mine = heard.filter((message) => message['session_id'] === answer?.['session_id']);
      expect(types(mine)[0]).toBe('generation_start');
      expect(types(mine).at(-1)).toBe('generation_complete');
      expect(closedWith).toBeNull();
    });

    it('follow the feed', async () => {
      const { heard, answer, closedWith } = await talk(page, house.url, {
        at: '/ws/progress',
        say: { type: 'subscribe', job_ids: null },
        post: { path: '/generation/queue-generation', body: image, after: 'subscription_confirmed' },
        until: 'generation_complete',
      });
      expect(types(heard).slice(0, 3)).toEqual(['connected', 'subscription_confirmed', 'generation_started']);
      expect(heard.at(-1)?.['data']).toMatchObject({ job_id: answer?.['job_id'], status: 'completed' });
      expect(closedWith).toBeNull();
    });

    it('render a song and play it', async () => {
      const section = { section_name: 'Intro', duration_ms: 3_000 };
      const { heard, closedWith } = await talk(page, house.url, {
        at: '/render/ws',
        say: { type: 'render', composition_plan: { title: 'From disk', sections: [section] } },
        until: 'result',
      });
      expect(heard[0]).toMatchObject({ stage: 'connected', progress_percent: 0 });
      expect(closedWith).toBe(1000);
      const song = heard.at(-1)?.['data'] as { stream_url: string } | undefined;
      const seconds = await page.evaluate(
        (src) =>
          new Promise<number>((resolve, reject) => {
            const audio = new Audio(src);
            audio.onloadedmetadata = () => resolve(audio.duration);
            audio.onerror = () => reject(new Error(audio.error?.message));
          }),
        `${house.url}${song?.stream_url}`,
      );
      expect(seconds).toBeGreaterThanOrEqual(2.9);
    });
  },
);
