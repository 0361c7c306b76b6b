import type { EngineInfo } from '@rendercast/client';
import { useClient } from '@rendercast/client/react';
import { useCallback, useEffect, useState } from 'react';

/** What can make something here, as the server says it. */
export interface Engines {
  /** One entry per backend; null until the server has answered. */
  engines: readonly EngineInfo[] | null;
  error: unknown;
  /** Asks again at once. */
  refresh: () => void;
}

/** How often the server is asked while the page is looked at, in milliseconds: health is nothing that it pushes. */
const EVERY_MS = 5_000;

/** The engines and backends that are really there, kept fresh while the page is looked at. */
export function useEngines(): Engines {
  const client = useClient();
  const [state, setState] = useState<Omit<Engines, 'refresh'>>({ engines: null, error: null });
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const leaving = new AbortController();
    let timer: number | undefined;
    async function ask(): Promise<void> {
      window.clearTimeout(timer);
      try {
        const engines = await client.engines({ signal: leaving.signal });
        setState({ engines, error: null });
      } catch (error) {
        if (leaving.signal.aborted) return;
        setState((before) => ({ ...before, error }));
      }
      if (!document.hidden) timer = window.setTimeout(() => void ask(), EVERY_MS);
    }
    const seen = (): void => {
      if (!document.hidden) void ask();
    };
    document.addEventListener('visibilitychange', seen);
    void ask();
    return () => {
      leaving.abort();
      window.clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [client, asked]);
  const refresh = useCallback(() => setAsked((before) => before + 1), []);
  return { ...state, refresh };
}
