// @vitest-environment happy-dom
// @vitest-environment-options {"settings": {"fetch": {"disableSameOriginPolicy": true}}}

import { transferableAbortController } from 'node:util';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import { createElement } from 'react';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type House, startHouse } from '../../e2e/support/house.js';
import { ImageTaskModal } from './image-task-modal.js';

let house: House;
beforeAll(async () => {
  vi.stubGlobal('WebSocket', WebSocket);
  // The server in this process needs Node's own, which the page's took the place of.
  vi.stubGlobal('AbortController', transferableAbortController().constructor);
  house = await startHouse();
});
afterEach(cleanup);
afterAll(() => house.stop());

it('the modal shows the steps of its task, then the image', async () => {
  const bars: number[] = [];
  const looking = new MutationObserver(() => {
    for (const bar of document.querySelectorAll('progress')) bars.push(bar.value);
  });
  looking.observe(document.body, { subtree: true, childList: true, attributes: true });
  const { host, prompt, taskId } = { host: house.url, prompt: 'a garden at noon', taskId: 'modal-1' };
  render(createElement(ImageTaskModal, { host, prompt, taskId, onClose: () => undefined }));
  expect(screen.getByRole('button').textContent).toBe('Generating…');
  await waitFor(() => expect(screen.getByRole('dialog').textContent).toMatch(/Step \d+\/\d+/), { timeout: 20_000 });
  const image = await screen.findByRole('img', {}, { timeout: 20_000 });
  looking.disconnect();
  expect(new Set(bars).size).toBeGreaterThan(3);
  expect(bars).toEqual(bars.toSorted((left, right) => left - right));
  expect((await house.call(new URL(image.getAttribute('src') ?? '').pathname)).headers.get('content-type')).toMatch(
    /^image\//,
  );
  expect(screen.getByRole('button').textContent).toBe('Close');
});

it('the modal says what was wrong', async () => {
  render(createElement(ImageTaskModal, { host: house.url, prompt: 'no', taskId: 'modal-2', onClose: () => undefined }));
  expect((await screen.findByRole('alert', {}, { timeout: 10_000 })).textContent).toContain('prompt');
});
