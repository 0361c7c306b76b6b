import type { EngineInfo } from '@rendercast/client';
import { Button } from '../parts/button.js';
import { NumberField, SelectField, TextField } from '../parts/field.js';
import type { ImageDraft, Understands } from './draft.js';
import { EngineFields } from './engine-fields.js';
import { OwnSizeFields } from './size-field.js';

/** What most leave as it is: engine and model, size by hand, sampler, kind of file. */
export function MoreFields({
  draft,
  set,
  engines,
  understands,
  onEmpty,
}: {
  draft: ImageDraft;
  set: (part: Partial<ImageDraft>) => void;
  engines: readonly EngineInfo[] | null;
  understands: Understands;
  onEmpty: () => void;
}) {
  return (
    <details className="image-more">
      <summary>Engine, model, size by hand, file</summary>
      <div className="stack">
        <EngineFields
          engines={engines}
          engine={draft.engine}
          model={draft.model}
          onEngine={(engine) => set({ engine })}
          onModel={(model) => set({ model })}
        />
        {understands('sampler') && engines !== null ? (
          <TextField
            label="Sampler"
            value={draft.sampler}
            onValue={(sampler) => set({ sampler })}
            placeholder="The engine’s own"
          />
        ) : null}
        <OwnSizeFields width={draft.width} height={draft.height} onSize={set} />
        {understands('refiner') ? (
          <NumberField
            label="Refiner steps"
            value={draft.refinerSteps}
            onValue={(refinerSteps) => set({ refinerSteps })}
            min={0}
            max={500}
            placeholder="The engine’s own"
          />
        ) : null}
        <SelectField
          label="File"
          value={draft.format}
          onValue={(format) => set({ format })}
          options={[
            { value: 'png', title: 'PNG' },
            { value: 'webp', title: 'WebP' },
            { value: 'jpeg', title: 'JPEG' },
          ]}
        />
        <Button size="small" tone="quiet" icon="retry" onClick={onEmpty}>
          Empty the form
        </Button>
      </div>
    </details>
  );
}
