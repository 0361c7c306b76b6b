import { storeContract } from '../store.contract.js';
import { openSqliteHarness } from './sqlite-harness.contract.js';

storeContract('SQLite', openSqliteHarness);
