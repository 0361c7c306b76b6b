import { expect, it } from 'vitest';
import { createSilentLogger } from '../logger.js';
import { createTracing } from './tracing.js';

it('says once that spans are asked for and nobody makes them, and works all the same', async () => {
  const logger = createSilentLogger();
  const said: unknown[] = [];
  logger.warn = (...words: unknown[]) => void said.push(...words);
  const tracing = createTracing({ logger });
  expect(said).toEqual([expect.stringContaining('no OpenTelemetry SDK')]);
  expect(await tracing.within({}, async () => 'the answer')).toBe('the answer');
  tracing.close();
});
