import { randomBytes } from 'node:crypto';
import type { Statements } from './connection.js';

/**
 * What the house calls itself, drawn once and kept in its database, also over a restore: by it two houses know that they
 * are two, wherever else they meet.
 */
export async function readHouseName(sql: Statements): Promise<string> {
  const drawn = randomBytes(9).toString('base64url');
  await sql.once("INSERT INTO meta (key, value) VALUES ('house', $1) ON CONFLICT (key) DO NOTHING", drawn);
  const [found] = await sql.once<{ value: string }>("SELECT value FROM meta WHERE key = 'house'");
  return found?.value ?? drawn;
}
