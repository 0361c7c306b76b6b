import { afterAll, beforeAll, describe, it } from 'vitest';
import { storeContract } from '../store.contract.js';
import { openPostgresHarness } from './postgres-harness.contract.js';
import { NO_POSTGRES, POSTGRES_BIN, type ScratchCluster, startCluster } from './scratch-cluster.contract.js';

describe.skipIf(POSTGRES_BIN === null)('PostgreSQL', () => {
  let cluster: ScratchCluster | null = null;
  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(() => cluster?.close());

  storeContract('PostgreSQL', () => {
    if (cluster === null) throw new Error('the cluster was not started');
    return openPostgresHarness(cluster);
  });
});

if (POSTGRES_BIN === null) it(`runs the contract on PostgreSQL (${NO_POSTGRES})`, ({ skip }) => skip(NO_POSTGRES));
