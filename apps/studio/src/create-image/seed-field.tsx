import { IconButton } from '../parts/button.js';
import { Field } from '../parts/field.js';

/** The seed: drawn by the server for each job, or locked to one, so that only what you change changes. */
export function SeedField({
  seed,
  locked,
  onSeed,
}: {
  seed: string;
  locked: boolean;
  onSeed: (seed: string, locked: boolean) => void;
}) {
  return (
    <Field label="Seed">
      {(ids) => (
        <div className="field-joined">
          <input
            className="input"
            type="number"
            inputMode="numeric"
            min={0}
            max={4294967295}
            required={locked}
            placeholder="by chance"
            value={locked ? seed : ''}
            // Typing a seed means wanting it.
            onChange={(event) => onSeed(event.target.value, event.target.value !== '')}
            {...ids}
          />
          <IconButton
            icon={locked ? 'lock' : 'unlock'}
            label={locked ? 'Seed is locked; draw a new one each time' : 'Lock the last seed'}
            aria-pressed={locked}
            disabled={!locked && seed === ''}
            onClick={() => onSeed(seed, !locked)}
          />
        </div>
      )}
    </Field>
  );
}
