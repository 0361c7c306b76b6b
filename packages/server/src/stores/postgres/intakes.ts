import type { Intake } from '@rendercast/protocol';
import { ALL_BACKENDS, type Intakes } from '../store.js';
import { plainText, type Statements } from './connection.js';

/** Before the backend's name, among what is kept about the house itself. */
const PREFIX = 'intake:';

/** What was ordered of backends. */
export async function readIntakes(sql: Statements): Promise<Intakes> {
  const rows = await sql.all<{ key: string; value: Intake }>(
    'SELECT key, value FROM meta WHERE starts_with(key, $1)',
    PREFIX,
  );
  return new Map(rows.map(({ key, value }) => [key.slice(PREFIX.length), value]));
}

/** Orders it of one backend, or of all: then every word about one of them goes in the same statement. */
export async function writeIntake(sql: Statements, backend: string, intake: Intake): Promise<void> {
  await sql.all(
    `WITH gone AS (DELETE FROM meta WHERE $3 AND starts_with(key, $4) AND key <> $1)
     INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    `${PREFIX}${plainText(backend)}`,
    intake,
    backend === ALL_BACKENDS,
    PREFIX,
  );
}
