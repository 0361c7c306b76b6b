import { type FormEvent, useState } from 'react';
import { NumberField, numberOf, TextField } from './field.js';
import { useSubmit } from './use-submit.js';

const SIZES = [
  ['512 × 512', 512, 512],
  ['768 × 768', 768, 768],
  ['768 × 512', 768, 512],
  ['512 × 768', 512, 768],
  ['1024 × 1024', 1024, 1024],
] as const;

/** What an image job asks for. */
export function ImageForm({ onCreated }: { onCreated: (id: string) => void }) {
  const [prompt, setPrompt] = useState('a red fox under a yellow moon');
  const [negativePrompt, setNegativePrompt] = useState('');
  const [size, setSize] = useState(0);
  const [steps, setSteps] = useState('30');
  const [guidance, setGuidance] = useState('7');
  const [count, setCount] = useState('1');
  const [seed, setSeed] = useState('');
  const { submit, busy, problem } = useSubmit(onCreated);

  function create(event: FormEvent): void {
    event.preventDefault();
    const [, width, height] = SIZES[size] ?? SIZES[0];
    const request = {
      prompt,
      width,
      height,
      steps: numberOf(steps),
      guidance: numberOf(guidance),
      count: numberOf(count),
      seed: numberOf(seed),
      negativePrompt: negativePrompt.trim() === '' ? undefined : negativePrompt,
    };
    void submit({ kind: 'image', request });
  }

  return (
    <form className="form" onSubmit={create}>
      <TextField
        label="Prompt"
        rows={4}
        value={prompt}
        onValue={setPrompt}
        required
        placeholder="What should be seen?"
      />
      <TextField
        label="Without"
        rows={1}
        value={negativePrompt}
        onValue={setNegativePrompt}
        placeholder="What should not?"
      />
      <div className="field">
        <label htmlFor="size">Size</label>
        <select id="size" value={size} onChange={(event) => setSize(Number(event.target.value))}>
          {SIZES.map(([name], index) => (
            <option key={name} value={index}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <div className="pair">
        <NumberField label="Steps" value={steps} onValue={setSteps} min={1} max={500} />
        <NumberField label="Guidance" value={guidance} onValue={setGuidance} min={0} max={50} step={0.5} />
        <NumberField label="Images" value={count} onValue={setCount} min={1} max={16} />
        <NumberField label="Seed" value={seed} onValue={setSeed} min={0} max={4294967295} placeholder="by chance" />
      </div>
      {problem === null ? null : (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <button className="primary" type="submit" disabled={busy || prompt.trim() === ''}>
        {busy ? 'Sending…' : 'Generate'}
      </button>
    </form>
  );
}
