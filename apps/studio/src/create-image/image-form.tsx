import { type FormEvent, useState } from 'react';
import { Button } from '../parts/button.js';
import { Choice, NumberField, TextArea } from '../parts/field.js';
import { Problem } from '../parts/panel.js';
import { useEngines } from '../shell/use-engines.js';
import { freshDraft, type ImageDraft, requestOf } from './draft.js';
import { useUnderstands } from './engine-fields.js';
import { type AxisDraft, GridForm, gridOf } from './grid-form.js';
import { MoreFields } from './more-fields.js';
import { SeedField } from './seed-field.js';
import { SizeField } from './size-field.js';
import { StartField } from './start-field.js';
import { StyleField } from './style-field.js';
import { styleWordsOf } from './styles.js';
import type { Create } from './use-create.js';

/** What an image job asks for. Fields that no engine of the choice understands are not there. */
export function ImageForm({
  draft,
  onDraft,
  create,
  sending,
  onFile,
}: {
  draft: ImageDraft;
  onDraft: (change: (draft: ImageDraft) => ImageDraft) => void;
  create: Create;
  /** A start image is on its way to the server. */
  sending: boolean;
  onFile: (file: File) => void;
}) {
  const { engines } = useEngines();
  const understands = useUnderstands(engines, draft.engine);
  const [mode, setMode] = useState<'one' | 'grid'>('one');
  const [columns, setColumns] = useState<AxisDraft>({ varied: 'steps', text: '8, 16, 32' });
  const [rows, setRows] = useState<AxisDraft>({ varied: 'guidance', text: '3, 7, 12' });
  const grid = mode === 'grid' ? gridOf(columns, rows) : null;
  const set = (part: Partial<ImageDraft>): void => onDraft((before) => ({ ...before, ...part }));

  function submit(event: FormEvent): void {
    event.preventDefault();
    const request = requestOf(draft, styleWordsOf(draft.styles), understands);
    if (mode === 'one') void create.one(request, draft.engine);
    // Cells are compared, so they share a seed where it does not vary itself.
    else if (grid !== null) void create.grid({ seed: sharedSeed(draft), ...request }, draft.engine, grid);
  }

  return (
    <form className="panel stack image-form" aria-label="What to make" onSubmit={submit}>
      <TextArea
        label="Prompt"
        rows={4}
        value={draft.prompt}
        onValue={(prompt) => set({ prompt })}
        required
        placeholder="What should be seen?"
      />
      {understands('negativePrompt') ? (
        <TextArea
          label="Without"
          rows={1}
          value={draft.negativePrompt}
          onValue={(negativePrompt) => set({ negativePrompt })}
          placeholder="What should not?"
        />
      ) : null}
      <StyleField chosen={draft.styles} onChosen={(styles) => set({ styles })} />
      <Numbers draft={draft} set={set} understands={understands} />
      {understands('init') ? (
        <StartField
          start={draft.start}
          strength={draft.strength}
          busy={sending}
          onFile={onFile}
          onClear={() => set({ start: null })}
          onStrength={(strength) => set({ strength })}
        />
      ) : null}
      <MoreFields
        draft={draft}
        set={set}
        engines={engines}
        understands={understands}
        onEmpty={() => onDraft(freshDraft)}
      />
      <Choice
        label="One job or a grid"
        value={mode}
        onValue={setMode}
        options={[
          { value: 'one', title: 'One job' },
          { value: 'grid', title: 'Grid of two' },
        ]}
      />
      {mode === 'grid' ? (
        <GridForm
          columns={columns}
          rows={rows}
          canStart={draft.start !== null}
          onColumns={setColumns}
          onRows={setRows}
        />
      ) : null}
      <div className="image-foot">
        {create.problem === null ? null : <Problem>{create.problem}</Problem>}
        <Button
          tone="primary"
          wide
          type="submit"
          disabled={create.busy || draft.prompt.trim() === '' || (mode === 'grid' && grid === null)}
        >
          {create.busy ? 'Sending…' : mode === 'grid' ? 'Generate the grid' : 'Generate'}
        </Button>
      </div>
    </form>
  );
}

/** Size, steps, guidance, number and seed. */
function Numbers({
  draft,
  set,
  understands,
}: {
  draft: ImageDraft;
  set: (part: Partial<ImageDraft>) => void;
  understands: (feature: string) => boolean;
}) {
  return (
    <>
      <SizeField width={draft.width} height={draft.height} onSize={set} />
      <div className="field-pair">
        <NumberField label="Steps" value={draft.steps} onValue={(steps) => set({ steps })} min={1} max={500} />
        {understands('guidance') ? (
          <NumberField
            label="Guidance"
            value={draft.guidance}
            onValue={(guidance) => set({ guidance })}
            min={0}
            max={50}
            step={0.5}
          />
        ) : null}
        <NumberField label="Images" value={draft.count} onValue={(count) => set({ count })} min={1} max={16} required />
        <SeedField
          seed={draft.seed}
          locked={draft.seedLocked}
          onSeed={(seed, seedLocked) => set({ seed, seedLocked })}
        />
      </div>
    </>
  );
}

/** The last seed if there was one, else a new one. */
function sharedSeed({ seed }: ImageDraft): number {
  const last = Number(seed);
  return seed !== '' && Number.isInteger(last) ? last : (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0);
}
