import type { JobKind } from '@rendercast/protocol';
import type { Config } from '../config.js';
import { createEmbeddedImage } from './embedded-image/index.js';
import { createEmbeddedMusic } from './embedded-music/index.js';
import type { Registry } from './registry.js';
import { createRehearsal, REHEARSAL } from './rehearsal/rehearsal.js';
import { defaultThreads } from './threads.js';

/**
 * Registers the engines that the configuration asks for. Here, and nowhere else, engines are known by name. Jobs that ask
 * for `auto` are left to others for the kinds that are `taken`.
 */
export async function registerEngines(
  registry: Registry,
  config: Pick<Config, 'imageThreads' | 'musicThreads' | 'rehearsal'>,
  taken: ReadonlySet<JobKind>,
): Promise<void> {
  const auto = (kind: JobKind): JobKind[] => (taken.has(kind) ? [] : [kind]);
  const image = createEmbeddedImage({ backend: 'embedded-image', threads: config.imageThreads || defaultThreads() });
  await registry.add(image, { auto: auto('image'), repeatable: true });
  const music = createEmbeddedMusic({ backend: 'embedded-music', threads: config.musicThreads || 1 });
  await registry.add(music, { auto: auto('music'), repeatable: true });
  if (config.rehearsal) await registry.add(createRehearsal(), REHEARSAL);
}
