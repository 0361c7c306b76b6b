import { useClient } from '@rendercast/client/react';
import { LIMITS } from '@rendercast/protocol/limits';
import type { CompositionPlan } from '@rendercast/protocol/media';
import { type FormEvent, useRef, useState } from 'react';
import { Button } from '../parts/button.js';
import { NumberField, numberOf, TextArea } from '../parts/field.js';
import { Panel, Problem } from '../parts/panel.js';
import { wordsOf } from '../shell/words.js';

/** Has the server make a plan from a few words. Nothing is rendered by it. */
export function PlanFromWords({ onPlan }: { onPlan: (plan: CompositionPlan) => void }) {
  const client = useClient();
  const [prompt, setPrompt] = useState('');
  const [seconds, setSeconds] = useState('60');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const asking = useRef<AbortController | null>(null);
  const length = lengthProblem(seconds);

  async function make(): Promise<void> {
    asking.current?.abort();
    const { signal } = (asking.current = new AbortController());
    setBusy(true);
    setProblem(null);
    try {
      const value = numberOf(seconds);
      const json = { prompt, ...(value === undefined ? {} : { lengthMs: Math.round(value * 1000) }) };
      const { plan } = await client.call<{ plan: CompositionPlan }>('POST', 'v1/plans', { json, signal });
      if (!signal.aborted) onPlan(plan);
    } catch (error) {
      if (!signal.aborted) setProblem(wordsOf(error));
    } finally {
      if (!signal.aborted) setBusy(false);
    }
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (length === null && prompt.trim() !== '') void make();
  }

  return (
    <Panel title="Plan from words">
      <form className="plan-words" onSubmit={submit}>
        <TextArea
          label="What should be heard?"
          rows={2}
          value={prompt}
          onValue={setPrompt}
          placeholder="a calm piano ballad about the sea, building up to a bright chorus"
          problem={
            prompt.length > LIMITS.promptChars ? `The words may have ${LIMITS.promptChars} characters at most.` : null
          }
        />
        <div className="plan-words-foot">
          <NumberField
            label="Length"
            unit="s"
            min={1}
            max={600}
            value={seconds}
            onValue={setSeconds}
            problem={length}
          />
          <Button type="submit" icon="edit" disabled={busy || prompt.trim() === '' || length !== null}>
            {busy ? 'Planning…' : 'Make a plan'}
          </Button>
        </div>
        {problem === null ? null : <Problem>{problem}</Problem>}
      </form>
    </Panel>
  );
}

function lengthProblem(seconds: string): string | null {
  const ms = (numberOf(seconds) ?? 60) * 1000;
  if (ms < LIMITS.minSectionMs) return `At least ${LIMITS.minSectionMs / 1000} s.`;
  return ms > LIMITS.maxSongMs ? `At most ${LIMITS.maxSongMs / 1000} s.` : null;
}
