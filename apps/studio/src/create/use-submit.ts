import type { SubmitInput } from '@rendercast/client';
import { useClient } from '@rendercast/client/react';
import { useCallback, useState } from 'react';
import { wordsOf } from '../shell/words.js';

/** Submits a form's request and says what went wrong. A second press while one is on its way does nothing. */
export function useSubmit(onCreated: (id: string) => void) {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = useCallback(
    async (input: SubmitInput): Promise<void> => {
      setBusy(true);
      setProblem(null);
      try {
        const job = await client.submit(input);
        onCreated(job.id);
      } catch (error) {
        setProblem(wordsOf(error));
      } finally {
        setBusy(false);
      }
    },
    [client, onCreated],
  );
  return { submit, busy, problem };
}
