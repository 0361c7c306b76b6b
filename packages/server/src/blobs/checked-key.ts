import { RendercastError } from '@rendercast/protocol';

const KEY = /^[a-z0-9_][a-z0-9_-]{0,100}(\.[a-z0-9_-]{1,20})?$/;

/**
 * Keys are made by the house, but one day one of them will come from outside: lower case only, since some file
 * systems cannot tell cases apart, and nothing that means something in a path.
 *
 * @throws RendercastError `invalid_field` for what is no key.
 */
export function checkedKey(key: string): string {
  if (isKey(key)) return key;
  throw new RendercastError('invalid_field', 'This is no key of a blob.');
}

/** Whether a text can be the key of a blob. */
export function isKey(text: string): boolean {
  return KEY.test(text);
}
