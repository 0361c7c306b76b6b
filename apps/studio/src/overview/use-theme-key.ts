import { useSyncExternalStore } from 'react';

function subscribe(listener: () => void): () => void {
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  const observer = new MutationObserver(listener);
  system.addEventListener('change', listener);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => {
    system.removeEventListener('change', listener);
    observer.disconnect();
  };
}

/** Names the theme in force; another one means that what was drawn must be drawn anew. */
export function useThemeKey(): string {
  return useSyncExternalStore(
    subscribe,
    () => document.documentElement.dataset.theme ?? String(window.matchMedia('(prefers-color-scheme: dark)').matches),
    () => '',
  );
}
