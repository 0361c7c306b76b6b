import { useClient } from '@rendercast/client/react';
import { useCallback, useState } from 'react';
import { go, linkTo } from '../shell/router.js';
import { wordsOf } from '../shell/words.js';
import { type Grid, gridJobs } from './grid.js';
import type { ImageRequestInput } from './image-request.js';

/** Submitting from the form. */
export interface Create {
  busy: boolean;
  problem: string | null;
  one(request: ImageRequestInput, engine: string): Promise<void>;
  grid(request: ImageRequestInput, engine: string, grid: Grid): Promise<void>;
}

/** Submits and goes to what came of it. A second press while one is on its way does nothing, as the button is off. */
export function useCreate(onSeed: (seed: number) => void): Create {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const attempt = useCallback(async (act: () => Promise<string>): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      go(await act());
      // On a phone what was asked for stands above the form.
      window.scrollTo({ top: 0 });
    } catch (error) {
      setProblem(wordsOf(error));
    } finally {
      setBusy(false);
    }
  }, []);

  const one = useCallback(
    (request: ImageRequestInput, engine: string) =>
      attempt(async () => {
        const handle = await client.submit({ kind: 'image', engine, request });
        if (handle.submitted !== null) onSeed(handle.submitted.seed);
        return linkTo('image', [handle.id]);
      }),
    [attempt, client, onSeed],
  );

  const grid = useCallback(
    (request: ImageRequestInput, engine: string, wanted: Grid) =>
      attempt(async () => {
        const id = crypto.getRandomValues(new Uint32Array(2)).join('');
        await client.submitBatch({ jobs: gridJobs(id, wanted, request, engine) });
        return linkTo('image', ['grid', id]);
      }),
    [attempt, client],
  );

  return { busy, problem, one, grid };
}
