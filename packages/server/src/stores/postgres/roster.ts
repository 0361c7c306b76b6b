import type { NodeWord, Roster } from '../roster.js';
import type { Statements } from './connection.js';

/** What the processes of the house say of themselves, in a table that they share; times are the database's. */
export function createRoster(sql: Statements): Roster {
  return {
    async announce(node, word, ttlMs) {
      await sql.all(
        `INSERT INTO nodes (node, word, said_at, here_until)
         VALUES ($1, $2, lease_now(), lease_now() + $3::float8 * interval '1 millisecond')
         ON CONFLICT (node) DO UPDATE
           SET word = excluded.word, said_at = excluded.said_at, here_until = excluded.here_until`,
        ...[node, JSON.stringify(word), ttlMs],
      );
      await sql.all(`DELETE FROM nodes WHERE said_at < lease_now() - interval '1 day'`);
    },
    async nodes() {
      const rows = await sql.all<{ node: string; word: string; here: boolean }>(
        'SELECT node, word, here_until > lease_now() AS here FROM nodes ORDER BY node',
      );
      return rows.map(({ node, word, here }): NodeWord => ({ node, word: JSON.parse(word) as unknown, here }));
    },
    async leave(node) {
      await sql.all('UPDATE nodes SET here_until = lease_now() WHERE node = $1', node);
    },
  };
}
