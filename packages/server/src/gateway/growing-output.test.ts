import { randomBytes } from 'node:crypto';
import type { OpenGrowing } from '@rendercast/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EngineError } from '../engines/engine.js';
import type { Bus } from '../events/bus/bus.js';
import { ended, openRig, type Rig } from '../queue/rig.contract.js';
import { addSinger, createGate, orderSong } from '../queue/singer.contract.js';
import { openGrowing } from './growing-output.js';

const SOON = { timeout: 15_000 };
const SONG = randomBytes(500_000);
const GROWN = SONG.subarray(0, 200_000);

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

/** A song that is sung by half, and to its end once the gate is open; or it breaks off there. */
async function half(gate: { opened: Promise<void> }, breaks = false): Promise<string> {
  await addSinger(rig, async (context) => {
    await context.grow({ slot: 0, mediaType: 'audio/mpeg', bytes: GROWN });
    await gate.opened;
    if (breaks) throw new EngineError('engine_failed', 'The singer lost her voice.', { retryable: false });
    const rest = { name: 'song.mp3', durationMs: 3_000, parameters: {} };
    await context.output({ slot: 0, mediaType: 'audio/mpeg', body: SONG, ...rest });
  });
  rig.runner().start();
  return await orderSong(rig);
}

const opened = (jobId: string, parts: Partial<Rig> = {}): Promise<OpenGrowing> =>
  vi.waitFor(async () => {
    const growing = await openGrowing({ ...rig, ...parts }, { id: jobId, attempt: 1 }, 0);
    if (growing === null) throw new Error('nothing grows yet');
    return growing;
  }, SOON);

/** The bus, and how many listen to it here. */
function countedBus(): { bus: Bus; listeners(): number } {
  let open = 0;
  const bus: Bus = {
    ...rig.bus,
    async listen(interest, listener) {
      const listening = await rig.bus.listen(interest, listener);
      open += 1;
      return {
        ...listening,
        stop() {
          open -= 1;
          listening.stop();
        },
      };
    },
  };
  return { bus, listeners: () => open };
}

/** Reads on; tells how much it has heard. */
function listenTo({ body }: OpenGrowing, signal = new AbortController().signal) {
  const chunks: Uint8Array[] = [];
  const heard = (): Buffer => Buffer.concat(chunks);
  const end = (async () => {
    for await (const bytes of body(signal)) chunks.push(bytes);
  })();
  end.catch(() => undefined); // waited for by the test
  return { heard, end };
}

describe('a listener', () => {
  test('hears it from its beginning while it is made, and to its end in the finished file, byte for byte', async () => {
    const gate = createGate();
    const id = await half(gate);
    const { bus, listeners } = countedBus();
    const growing = await opened(id, { bus });
    expect(growing.mediaType).toBe('audio/mpeg');
    const [first, second] = [listenTo(growing), listenTo(growing)];
    for (const { heard } of [first, second]) await vi.waitFor(() => expect(heard().equals(GROWN)).toBe(true), SOON);
    expect((await rig.store.find(id, null))?.job.state).toBe('running');
    gate.open();
    await Promise.all([first.end, second.end]);
    for (const { heard } of [first, second]) expect(heard().equals(SONG)).toBe(true);
    expect(listeners()).toBe(0);
  });

  test('hears it all the same where every hint is lost', async () => {
    const deaf: Bus = { ...rig.bus, listen: async () => ({ wantPreviews: () => undefined, stop: () => undefined }) };
    const gate = createGate();
    const growing = await opened(await half(gate), { bus: deaf });
    const { heard, end } = listenTo(growing);
    await vi.waitFor(() => expect(heard().length).toBe(GROWN.length), SOON);
    gate.open();
    await end;
    expect(heard().equals(SONG)).toBe(true);
  });

  test('who comes when the chunks are gone already hears the finished file', async () => {
    const gate = createGate();
    const id = await half(gate);
    const growing = await opened(id);
    gate.open();
    await ended(rig, id);
    await vi.waitFor(async () => expect(await openGrowing(rig, { id, attempt: 1 }, 0)).toBeNull(), SOON);
    const { heard, end } = listenTo(growing);
    await end;
    expect(heard().equals(SONG)).toBe(true);
  });

  test('RC-OUTPUT-2: is cut short where the attempt ends without the output', async () => {
    const gate = createGate();
    const { heard, end } = listenTo(await opened(await half(gate, true)));
    await vi.waitFor(() => expect(heard().length).toBe(GROWN.length), SOON);
    gate.open();
    await expect(end).rejects.toMatchObject({ code: 'not_found' });
    expect(heard().equals(GROWN)).toBe(true);
  });

  test('who goes is waited for no longer', async () => {
    const gate = createGate();
    const leave = new AbortController();
    const { bus, listeners } = countedBus();
    const { heard, end } = listenTo(await opened(await half(gate), { bus }), leave.signal);
    await vi.waitFor(() => expect(heard().length).toBe(GROWN.length), SOON);
    leave.abort(new Error('heard enough'));
    await expect(end).rejects.toThrow('heard enough');
    expect(listeners()).toBe(0);
    gate.open();
  });
});
