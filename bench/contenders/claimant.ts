import type * as Postgres from '../../packages/server/dist/stores/postgres/open-postgres-store.js';
import type * as Sqlite from '../../packages/server/dist/stores/sqlite/open-sqlite-store.js';
import { monotonicUs } from '../processes/monotonic.js';
import { serveCommands } from '../processes/serve-commands.js';
import { readUsage } from '../processes/usage.js';

type Store = Postgres.PostgresStore | Sqlite.SqliteStore;
type NewJob = Parameters<Store['create']>[0]['jobs'][number];
type ClaimRequest = Parameters<Store['claim']>[0];

/** Where the jobs are: in a database, or in a folder of this process alone. */
export type StorePlace = { url: string } | { dir: string };

/** What claimants got. */
export interface Claimed {
  claimed: number;
  seconds: number;
  /** Group commits that it took, and how long one of them was, in milliseconds on average. */
  commits: number;
  commitMs: number;
  cpuUs: number;
}

const OFFER = { engine: 'brush', backend: 'brush', kinds: ['image'], models: null, auto: true } as const;
const LEASE_MS = 600_000;
const BATCH = 100;
/** Creations under way at once while the line is filled. */
const FILLING = 8;

let store: Store | null = null;
const commits = { count: 0, ms: 0 };
let lastNumber = 0;

const commands = {
  /** Opens the store by itself: what is measured is the port that the queue claims through, without anything before it. */
  async open(place: StorePlace) {
    const onCommit = ({ ms }: { ms: number }): void => {
      commits.count += 1;
      commits.ms += ms;
    };
    store = 'url' in place ? await openPostgres(place.url, onCommit) : await openSqlite(place.dir, onCommit);
  },
  /** Makes jobs that wait. */
  async fill(count: number) {
    let left = Math.ceil(count / BATCH);
    const fillOn = async (): Promise<void> => {
      while (left-- > 0) await createBatch();
    };
    await Promise.all(Array.from({ length: FILLING }, fillOn));
  },
  /** Claims, so many abreast, until time or jobs are over. */
  async claim({ abreast, seconds }: { abreast: number; seconds: number }): Promise<Claimed> {
    const before = { ...commits, cpuUs: readUsage().cpuUs };
    const startUs = monotonicUs();
    let claimed = 0;
    let lastUs = startUs;
    let isDry = false;
    const inTurn = async (claimant: number): Promise<void> => {
      while (!isDry && monotonicUs() < startUs + seconds * 1e6) {
        const claim = await store?.claim(requestOf(claimant));
        if (claim === null || claim === undefined) isDry = true;
        else claimed += 1;
        lastUs = monotonicUs();
      }
    };
    await Promise.all(Array.from({ length: abreast }, (_, claimant) => inTurn(claimant)));
    const count = commits.count - before.count;
    return {
      claimed,
      seconds: (lastUs - startUs) / 1e6,
      commits: count,
      commitMs: (commits.ms - before.ms) / count,
      cpuUs: readUsage().cpuUs - before.cpuUs,
    };
  },
};

// Parts of the server that it does not show to the outside, from where they lie once built.
const stores = new URL('../../../packages/server/dist/stores/', import.meta.url);

async function openPostgres(url: string, onCommit: (commit: { ms: number }) => void): Promise<Store> {
  const module = (await import(new URL('postgres/open-postgres-store.js', stores).href)) as typeof Postgres;
  return module.openPostgresStore({ url, onCommit });
}

async function openSqlite(dir: string, onCommit: (commit: { ms: number }) => void): Promise<Store> {
  const module = (await import(new URL('sqlite/open-sqlite-store.js', stores).href)) as typeof Sqlite;
  return module.openSqliteStore({ dir, onCommit });
}

async function createBatch(): Promise<void> {
  const jobs = Array.from({ length: BATCH }, newJob);
  const room = { maxWaitingPerOwner: 10_000_000, maxWaiting: 10_000_000 };
  const request = { idempotencyKey: null, requestDigest: '', onExistingId: 'refuse' } as const;
  const made = await store?.create({ jobs, owner: 'bench', at: new Date().toISOString(), ...request, ...room });
  if (made?.outcome !== 'created') throw new Error(`jobs were not made: ${made?.outcome}`);
}

function newJob(): NewJob {
  lastNumber += 1;
  const prompt = `a lighthouse at dusk, number ${lastNumber}`;
  const whose = { owner: 'bench', clientId: null, via: 'native', tags: [], batch: null, retryOf: null } as const;
  return {
    id: `j_${String(process.pid).padStart(8, '0')}${String(lastNumber).padStart(12, '0')}`,
    body: {
      ...{ type: 'queued', kind: 'image', engine: 'brush', request: { prompt, steps: 20 }, seed: 7 },
      ...{ ...whose, tags: [], priority: 0, startBy: null },
    },
  };
}

function requestOf(claimant: number): ClaimRequest {
  const name = `${process.pid}-${claimant}`;
  const offers: ClaimRequest['offers'] = [OFFER];
  return { claimant: name, inProcess: false, offers, leaseMs: LEASE_MS, at: new Date().toISOString() };
}

export type ClaimantCommands = typeof commands;

serveCommands(commands);
