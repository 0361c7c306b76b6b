import { useSyncExternalStore } from 'react';

/** What a person has set, kept in this browser. */
export interface Settings {
  /** The key that this server wants; null: none is needed, or none was given yet. */
  apiKey: string | null;
  theme: 'system' | 'light' | 'dark';
  /** `full`: previews as they come · `low`: a new one every two seconds · `off`: none are sent. */
  previews: 'off' | 'low' | 'full';
  /** Tells the system when something is done and nobody looks at the page. */
  notify: boolean;
  /** Plays a short sound then. */
  sound: boolean;
  /** The parameters that a new image begins with; typed as in the form, empty: the engine's own. */
  imageDefaults: { width: number; height: number; steps: string; guidance: string };
}

/** Where it is kept. The key stands apart: it is the only secret. */
const PLACE = 'rendercast.settings';
const KEY_PLACE = 'rendercast.api-key';

/** What holds while nothing was set. */
const DEFAULTS: Settings = {
  apiKey: null,
  theme: 'system',
  previews: 'full',
  notify: false,
  sound: false,
  imageDefaults: { width: 768, height: 768, steps: '30', guidance: '7' },
};

let current: Settings = read();
const listeners = new Set<() => void>();

/** The settings as they stand. */
export function getSettings(): Settings {
  return current;
}

/** Changes some of them, for all tabs of this browser. */
export function changeSettings(part: Partial<Settings>): void {
  const { apiKey, ...rest } = { ...current, ...part };
  current = { apiKey, ...rest };
  write(KEY_PLACE, apiKey);
  write(PLACE, JSON.stringify(rest));
  tell();
}

/** The settings, live: another tab's changes come too. */
export function useSettings(): Settings {
  return useSyncExternalStore(subscribe, getSettings, () => DEFAULTS);
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener('storage', reread);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener('storage', reread);
  };
}

function reread({ key }: StorageEvent): void {
  if (key !== PLACE && key !== KEY_PLACE && key !== null) return;
  current = read();
  tell();
}

function tell(): void {
  for (const listener of listeners) listener();
}

/** What is kept may be of an older version, or broken: what does not fit is left at its default. */
function read(): Settings {
  let kept: Partial<Settings> = {};
  try {
    const parsed: unknown = JSON.parse(window.localStorage.getItem(PLACE) ?? '{}');
    if (typeof parsed === 'object' && parsed !== null) kept = parsed;
  } catch {
    // Broken or out of reach.
  }
  const { imageDefaults: image } = kept;
  return {
    apiKey: readKey(),
    theme: oneOf(kept.theme, ['system', 'light', 'dark'], DEFAULTS.theme),
    previews: oneOf(kept.previews, ['off', 'low', 'full'], DEFAULTS.previews),
    notify: kept.notify === true,
    sound: kept.sound === true,
    imageDefaults: {
      width: typeof image?.width === 'number' ? image.width : DEFAULTS.imageDefaults.width,
      height: typeof image?.height === 'number' ? image.height : DEFAULTS.imageDefaults.height,
      steps: typeof image?.steps === 'string' ? image.steps : DEFAULTS.imageDefaults.steps,
      guidance: typeof image?.guidance === 'string' ? image.guidance : DEFAULTS.imageDefaults.guidance,
    },
  };
}

function readKey(): string | null {
  try {
    return window.localStorage.getItem(KEY_PLACE);
  } catch {
    return null;
  }
}

function write(place: string, text: string | null): void {
  try {
    if (text === null) window.localStorage.removeItem(place);
    else window.localStorage.setItem(place, text);
  } catch {
    // The browser keeps nothing for this page (private mode, full): it holds until the page is closed.
  }
}

function oneOf<T extends string>(value: T | undefined, all: readonly T[], otherwise: T): T {
  return value !== undefined && all.includes(value) ? value : otherwise;
}
