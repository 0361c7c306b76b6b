import { createClient, type TransportName } from '@rendercast/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type House, rehearsal, startHouse } from './support/house.js';

const KEY = 'ada-key-0123456789abcdef';

let house: House;
beforeAll(async () => {
  house = await startHouse({ apiKeys: `ada:${KEY}` });
});
afterAll(() => house.stop());

it.each<TransportName>(['websocket', 'sse', 'poll'])(
  'RC-AUTH-1: over %s the SDK shows its key in headers and hello, and in no address',
  async (transport) => {
    const addresses: string[] = [];
    class NotedSocket extends WebSocket {
      constructor(address: string, protocol?: string | string[]) {
        super(address, protocol);
        addresses.push(address);
      }
    }
    const client = createClient({
      url: house.url,
      apiKey: KEY,
      transports: [transport],
      webSocket: NotedSocket,
      fetch(input, init) {
        addresses.push(input instanceof Request ? input.url : input.toString());
        return fetch(input, init);
      },
    });
    const { request } = rehearsal() as { request: { steps: number; extra: { rehearsal: { stepMs: number } } } };
    const handle = await client.generate('a fox', { engine: 'rehearsal', ...request });
    for await (const event of handle.events({ previews: 'url' }))
      if (event.type === 'preview') addresses.push(client.address(event.level.url ?? ''));
    const [output] = await handle.result();
    if (output === undefined) throw new Error('there is no output');
    await (await client.download(output)).arrayBuffer();
    client.close();
    expect(addresses.length).toBeGreaterThan(3);
    expect(addresses.filter((address) => address.includes(KEY))).toEqual([]);
  },
);
