import type { Principal } from '@rendercast/protocol';
import type { Reach } from '../events/follow.js';

/** Whose jobs a principal reaches: its own, or (operators) everybody's. */
export function reachOf(principal: Principal): Reach {
  return { owner: principal.owner, all: principal.roles.includes('operator') };
}
