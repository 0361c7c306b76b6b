import type { SubmitInput } from '@rendercast/protocol/commands';
import { type RendercastError, toRendercastError } from '@rendercast/protocol/rendercast-error';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { JobHandle } from '../handle.js';
import type { FollowOptions } from '../job-events.js';
import type { ComposeOptions, CompositionPlanInput, GenerateOptions, SubmitOptions } from '../requests.js';
import { useClient } from './provider.js';
import { type UseJob, useJob } from './use-job.js';

/** Submitting, and the job that came of it. */
export interface UseGenerate extends UseJob {
  /** The newest job's handle; null before the first, and while one is being submitted. */
  handle: JobHandle | null;
  submitting: boolean;
  /** Submits a picture. Resolves with null when that failed (`error` says why) or when a newer one took its place. */
  generate(prompt: string, options?: GenerateOptions & SubmitOptions): Promise<JobHandle | null>;
  /** Submits a song; likewise. */
  compose(plan: CompositionPlanInput | string, options?: ComposeOptions & SubmitOptions): Promise<JobHandle | null>;
  /** Submits anything; likewise. */
  submit(input: SubmitInput, options?: SubmitOptions): Promise<JobHandle | null>;
  /** Forgets the job; it goes on. */
  reset(): void;
}

interface Submission {
  handle: JobHandle | null;
  submitting: boolean;
  error: RendercastError | null;
}

const NOTHING: Submission = { handle: null, submitting: false, error: null };

/** Submits jobs and follows the newest. */
export function useGenerate(options: Pick<FollowOptions, 'levels' | 'previews' | 'pastEnd'> = {}): UseGenerate {
  const client = useClient();
  const [submission, setSubmission] = useState(NOTHING);
  const newest = useRef(0);
  const job = useJob(submission.handle, options);

  const run = useCallback(async (act: () => Promise<JobHandle>): Promise<JobHandle | null> => {
    newest.current += 1;
    const own = newest.current;
    const settle = (outcome: Partial<Submission>): boolean => {
      if (own !== newest.current) return false;
      setSubmission({ ...NOTHING, ...outcome });
      return true;
    };
    settle({ submitting: true });
    try {
      const handle = await act();
      return settle({ handle }) ? handle : null;
    } catch (thrown) {
      settle({ error: toRendercastError(thrown) });
      return null;
    }
  }, []);

  const verbs = useMemo(
    () => ({
      generate: (prompt: string, how?: GenerateOptions & SubmitOptions) => run(() => client.generate(prompt, how)),
      compose: (plan: CompositionPlanInput | string, how?: ComposeOptions & SubmitOptions) =>
        run(() => client.compose(plan, how)),
      submit: (input: SubmitInput, how?: SubmitOptions) => run(() => client.submit(input, how)),
      reset() {
        newest.current += 1;
        setSubmission(NOTHING);
      },
    }),
    [client, run],
  );
  const { handle, submitting, error } = submission;
  return { ...job, ...verbs, handle, submitting, error: error ?? job.error };
}
