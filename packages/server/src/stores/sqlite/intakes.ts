import type { Intake } from '@rendercast/protocol';
import { ALL_BACKENDS, type Intakes } from '../store.js';
import type { Connection } from './connection.js';

/** Before the backend's name, among what is kept about the house itself. */
const PREFIX = 'intake:';
const AFTER_PREFIX = 'intake;';

/** What was ordered of backends. */
export function readIntakes(connection: Connection): Intakes {
  const rows = connection.all<{ key: string; value: Intake }>(
    'SELECT key, value FROM meta WHERE key >= ? AND key < ?',
    PREFIX,
    AFTER_PREFIX,
  );
  return new Map(rows.map(({ key, value }) => [key.slice(PREFIX.length), value]));
}

/** Orders it of one backend, or of all: then every word about one of them goes. */
export function writeIntake(connection: Connection, { backend, intake }: { backend: string; intake: Intake }): void {
  if (backend === ALL_BACKENDS) connection.run('DELETE FROM meta WHERE key >= ? AND key < ?', PREFIX, AFTER_PREFIX);
  connection.run('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)', `${PREFIX}${backend}`, intake);
}
