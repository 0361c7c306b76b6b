import { type FormEvent, useState } from 'react';
import { NumberField, numberOf, TextField } from './field.js';
import { useSubmit } from './use-submit.js';

/** What a music job asks for: words and a length; the engine makes the plan. */
export function MusicForm({ onCreated }: { onCreated: (id: string) => void }) {
  const [prompt, setPrompt] = useState('a warm lo-fi evening with soft keys');
  const [seconds, setSeconds] = useState('40');
  const [seed, setSeed] = useState('');
  const { submit, busy, problem } = useSubmit(onCreated);

  function create(event: FormEvent): void {
    event.preventDefault();
    const length = numberOf(seconds);
    const request = {
      prompt,
      seed: numberOf(seed),
      lengthMs: length === undefined ? undefined : Math.round(length * 1000),
    };
    void submit({ kind: 'music', request });
  }

  return (
    <form className="form" onSubmit={create}>
      <TextField
        label="Prompt"
        rows={4}
        value={prompt}
        onValue={setPrompt}
        required
        placeholder="What should be heard?"
      />
      <div className="pair">
        <NumberField label="Length" unit="s" value={seconds} onValue={setSeconds} min={5} max={600} />
        <NumberField label="Seed" value={seed} onValue={setSeed} min={0} max={4294967295} placeholder="by chance" />
      </div>
      {problem === null ? null : (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <button className="primary" type="submit" disabled={busy || prompt.trim() === ''}>
        {busy ? 'Sending…' : 'Compose'}
      </button>
    </form>
  );
}
