import { submitSchema } from '@rendercast/protocol';
import type { Engine, EngineContext } from '../engines/engine.js';
import { ALICE, type Rig, VIA } from './rig.contract.js';

/** Something that work waits at until a test lets it go on. */
export function createGate(): { opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Gives a rig an engine for music that does as it is told. */
export async function addSinger(rig: Rig, sing: (context: EngineContext) => Promise<void>): Promise<void> {
  const singer: Engine = {
    ...{ name: 'singer', backend: 'singer' },
    capabilities: () => ({ kinds: ['music'], models: [], features: [], slots: 4, health: 'up', message: null }),
    run: (_work, context) => sing(context),
    close: async () => undefined,
  };
  await rig.registry.add(singer, { auto: [], repeatable: true });
}

/** Orders a song of it; answers the job's id. */
export async function orderSong(rig: Rig): Promise<string> {
  const request = { prompt: 'a song', lengthMs: 3_000 };
  const { job } = await rig.queue.submit(ALICE, submitSchema.parse({ kind: 'music', engine: 'singer', request }), VIA);
  return job.id;
}
