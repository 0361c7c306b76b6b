import { useCallback, useSyncExternalStore } from 'react';

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

function fromAddress(): string | null {
  const id = decodeURIComponent(window.location.hash.slice(1));
  return id === '' ? null : id;
}

/** The job that is looked at. It stands in the address, so a reload, a link and the back button keep it. */
export function useSelectedJob(): [string | null, (id: string) => void] {
  const selected = useSyncExternalStore(subscribe, fromAddress, () => null);
  const select = useCallback((id: string) => {
    window.location.hash = encodeURIComponent(id);
  }, []);
  return [selected, select];
}
