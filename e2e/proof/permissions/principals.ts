/** A key of each. */
export const KEYS = {
  ada: 'ada-key-0123456789abcdef',
  eve: 'eve-key-0123456789abcdef',
  boss: 'boss-key-0123456789abcdef',
  rig: 'rig-key-0123456789abcdef',
} as const;
export type Owner = keyof typeof KEYS;

/** Everybody who may stand before the door. */
export const PRINCIPALS = [
  { name: 'nobody', key: null, owner: null, roles: [] },
  { name: 'a wrong key', key: 'wrong-key-0123456789abcdef', owner: null, roles: [] },
  { name: 'ada', key: KEYS.ada, owner: 'ada', roles: ['user'] },
  { name: 'eve', key: KEYS.eve, owner: 'eve', roles: ['user'] },
  { name: 'a worker', key: KEYS.rig, owner: 'rig', roles: ['worker'] },
  { name: 'the operator', key: KEYS.boss, owner: 'boss', roles: ['user', 'operator'] },
] as const;
export type Principal = (typeof PRINCIPALS)[number];

/** Everything that may be asked about; what is taken away by the asking is made anew each time. */
export const OBJECTS = [
  "ada's",
  "ada's, by her own id",
  "eve's",
  'unknown',
  'an id that ada chose and has not used',
] as const;
export type ObjectName = (typeof OBJECTS)[number];
/** Who holds what. */
export const HOLDERS: Readonly<Record<ObjectName, 'ada' | 'eve' | null>> = {
  "ada's": 'ada',
  "ada's, by her own id": 'ada',
  "eve's": 'eve',
  unknown: null,
  'an id that ada chose and has not used': null,
};

/** Whose secrets are in an answer that should not be. */
export function leakFor(who: Principal, text: string): string | null {
  for (const owner of ['ada', 'eve'] as const) {
    const mayKnow = who.owner === owner || (who.roles as readonly string[]).includes('operator');
    if (!mayKnow && (text.includes(`prompt of ${owner}`) || text.includes(`tag-of-${owner}`)))
      return `${who.name} was shown something of ${owner}`;
  }
  return null;
}
