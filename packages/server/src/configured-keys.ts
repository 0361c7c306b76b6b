import { RendercastError, type Role } from '@rendercast/protocol';
import { list } from './setting.js';

/** One configured key. The key itself is kept only long enough to be hashed. */
export interface ConfiguredKey {
  owner: string;
  key: string;
  roles: Role[];
}

const ROLES: readonly string[] = ['user', 'operator', 'worker'];

/**
 * Reads the list of keys.
 *
 * @param name what the list is called where it was given.
 * @throws RendercastError `invalid_field` that says which entry is wrong, without repeating it.
 */
export function parseKeys(text: string, name: string): ConfiguredKey[] {
  return list(text).map((entry, index) => {
    const [owner = '', key = '', role = 'user', ...rest] = entry.split(':');
    const where = `key ${index + 1} of ${name}`;
    const refuse = (why: string): never => {
      throw new RendercastError('invalid_field', `${where} ${why}; write owner:key or owner:key:role`, {
        field: 'apiKeys',
      });
    };
    if (!/^[A-Za-z0-9._-]{1,64}$/.test(owner)) refuse('has no valid owner name');
    if (key.length < 16) refuse('is shorter than 16 characters');
    if (rest.length > 0 || !ROLES.includes(role)) refuse('has an unknown role (user, operator or worker)');
    return { owner, key, roles: role === 'operator' ? ['user', 'operator'] : [role as Role] };
  });
}
