import { useClient } from '@rendercast/client/react';
import { useEffect, useState } from 'react';

/** Whose key this page uses, and what it allows. */
export interface Me {
  owner: string;
  roles: readonly ('user' | 'operator' | 'worker')[];
}

/** Who the page is to its server; null while that is not known. */
export function useMe(): Me | null {
  const client = useClient();
  const [me, setMe] = useState<Me | null>(null);
  useEffect(() => {
    const leaving = new AbortController();
    client.call<Me>('GET', 'v1/me', { signal: leaving.signal }).then(setMe, () => undefined);
    return () => leaving.abort();
  }, [client]);
  return me;
}

/** Whether operators' verbs are offered. */
export function mayOperate(me: Me | null): boolean {
  return me?.roles.includes('operator') === true;
}
