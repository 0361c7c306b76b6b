import { getSettings } from './settings.js';

/** The key that this browser keeps for this server; undefined: none is needed, or none was given yet. */
export function readApiKey(): string | undefined {
  return getSettings().apiKey ?? undefined;
}
