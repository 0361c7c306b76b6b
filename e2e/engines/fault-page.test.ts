import { expect, it } from 'vitest';
import { COMFYUI_FAULTS } from '../../packages/server/src/engines/comfyui/fault-rows.contract.js';
import type { Fault } from '../../packages/server/src/engines/fault-book.contract.js';
import { SDAPI_FAULTS } from '../../packages/server/src/engines/sdapi/fault-rows.contract.js';
import { ELEVENLABS_FAULTS, KILL_FAULTS } from './elevenlabs-fault-rows.js';
import { faultTable } from './fault-table.mjs';
import { WORKER_FAULTS } from './worker-fault-rows.js';

const HEAD = `# What becomes of a job on a bad day

Each row is something that goes wrong, each column a server that it can happen to. A cell is what the attempt comes to, and
the time within which it does, as the tests hold it; a busy machine is allowed for. \`done\`: the job has its result all the
same. \`again\`: another attempt may do better, and is made while the job has tries left. A code without it ends the job. An
empty cell: that server cannot have that day, or nothing can be told of it. Each job has exactly one end, whatever the day.

The rows are what the tests judge by, so this page cannot say anything else than they saw. A run of them with the times that
each took: \`npm run faults\`. The servers here are the fakes, each a process of its own; what the real ones do beyond that
was not seen.

`;

it('docs/engines/faults.md is the table that the tests judge by (npx vitest run e2e/engines/fault-page.test.ts -u writes it)', async () => {
  const rows: readonly Fault[] = [
    ...SDAPI_FAULTS,
    ...COMFYUI_FAULTS,
    ...ELEVENLABS_FAULTS,
    ...KILL_FAULTS,
    ...WORKER_FAULTS,
  ];
  const cells = rows.flatMap(({ fault, on, verdict, withinMs }) =>
    on.map((server) => ({ on: server, fault, text: `${verdict} (${withinMs / 1_000} s)` })),
  );
  await expect(HEAD + faultTable(cells)).toMatchFileSnapshot('../../docs/engines/faults.md');
});
