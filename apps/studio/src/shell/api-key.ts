const PLACE = 'rendercast.api-key';

/** The key that this browser keeps for this server; undefined: none is needed, or none was given yet. */
export function readApiKey(): string | undefined {
  return window.localStorage.getItem(PLACE) ?? undefined;
}

/** Keeps a key, and starts over with it. */
export function keepApiKey(key: string): void {
  window.localStorage.setItem(PLACE, key);
  window.location.reload();
}
