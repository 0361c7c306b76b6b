import { busContract } from './bus.contract.js';
import { createMemoryBus } from './memory.js';

busContract({
  name: 'memory',
  async open() {
    const bus = createMemoryBus();
    return { bus, peer: bus, close: () => bus.close() };
  },
});
