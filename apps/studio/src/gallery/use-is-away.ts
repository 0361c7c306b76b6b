import { useSyncExternalStore } from 'react';

/** Below so many pixels the page counts as being at its start. */
const AT_START_PX = 24;

/** Whether the page is scrolled away from its start. */
export function useIsAway(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => window.scrollY > AT_START_PX,
    () => false,
  );
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('scroll', listener, { passive: true });
  return () => window.removeEventListener('scroll', listener);
}
