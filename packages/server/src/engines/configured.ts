import { type JobKind, RendercastError } from '@rendercast/protocol';
import type { Clock } from '../clock.js';
import type { Config, ConfiguredBackend } from '../config.js';
import type { Logger } from '../logger.js';
import type { BackendMaker } from './backend-maker.js';
import { comfyui } from './comfyui/index.js';
import { elevenLabs } from './elevenlabs/index.js';
import { createEmbeddedImage } from './embedded-image/index.js';
import { createEmbeddedMusic } from './embedded-music/index.js';
import type { Engine } from './engine.js';
import type { EngineTraits, Registry } from './registry.js';
import { createRehearsal, REHEARSAL } from './rehearsal/rehearsal.js';
import { sdapi } from './sdapi/index.js';
import { defaultThreads } from './threads.js';

/** Engines that drive servers of other people's making, one backend for each entry of the configuration. */
const MAKERS: readonly BackendMaker[] = [comfyui, elevenLabs, sdapi];

interface House {
  config: Pick<Config, 'backends' | 'imageThreads' | 'musicThreads' | 'rehearsal'>;
  clock: Clock;
  logger: Logger;
}

/**
 * Registers the engines that the configuration asks for. Here, and nowhere else, engines are known by name. Jobs that ask
 * for `auto` go to configured backends where there are any for their kind, else to the embedded engines; they are left to
 * others for the kinds that are `taken`.
 *
 * @throws RendercastError `invalid_field` that names the backend and what is wrong with it
 */
export async function registerEngines(registry: Registry, house: House, taken: ReadonlySet<JobKind>): Promise<void> {
  const { config } = house;
  const made = config.backends.map((entry) => makeBackend(entry, house, taken));
  const served = new Set([...taken, ...made.flatMap(({ traits }) => traits.auto)]);
  const auto = (kind: JobKind): JobKind[] => (served.has(kind) ? [] : [kind]);
  await Promise.all(made.map(({ engine, traits }) => registry.add(engine, traits)));
  const image = createEmbeddedImage({ backend: 'embedded-image', threads: config.imageThreads || defaultThreads() });
  await registry.add(image, { auto: auto('image'), repeatable: true });
  const music = createEmbeddedMusic({ backend: 'embedded-music', threads: config.musicThreads || 1 });
  await registry.add(music, { auto: auto('music'), repeatable: true });
  if (config.rehearsal) await registry.add(createRehearsal(), REHEARSAL);
}

/**
 * Makes one backend of its entry; it is not asked for anything yet.
 *
 * @throws RendercastError `invalid_field` that names the backend and what is wrong with it
 */
export function makeBackend(
  { name, engine, auto, slots, shared, options }: ConfiguredBackend,
  { clock, logger }: Pick<House, 'clock' | 'logger'>,
  taken: ReadonlySet<JobKind>,
): { engine: Engine; traits: EngineTraits } {
  const refuse = (why: string): never => {
    throw new RendercastError('invalid_field', `the backend "${name}": ${why}`, { field: 'backends' });
  };
  const known = MAKERS.map((maker) => maker.engine).join(', ');
  const maker =
    MAKERS.find((each) => each.engine === engine) ?? refuse(`there is no engine "${engine}", only ${known}`);
  const read = maker.options.safeParse(options);
  if (!read.success) {
    const [issue] = read.error.issues;
    return refuse(`${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}`.trim());
  }
  const order = { backend: name, slots, shared, options: read.data, clock, logger };
  const kinds = auto ? maker.kinds.filter((kind) => !taken.has(kind)) : [];
  // A server somewhere is the same for all processes of the house, unless its engine knows better.
  const traits = { shared: true, ...maker.traits, auto: kinds, ...(slots === null ? {} : { slots }) };
  return { engine: maker.create(order), traits };
}
