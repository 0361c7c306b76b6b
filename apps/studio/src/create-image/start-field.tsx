import { useRef } from 'react';
import { Button, IconButton } from '../parts/button.js';
import { NumberField } from '../parts/field.js';
import type { StartImage } from './draft.js';
import { StartThumb } from './start-thumb.js';

/** The picture to start from: by drop anywhere on the screen, or by the button. */
export function StartField({
  start,
  strength,
  busy,
  onFile,
  onClear,
  onStrength,
}: {
  start: StartImage | null;
  strength: string;
  /** A file is on its way to the server. */
  busy: boolean;
  onFile: (file: File) => void;
  onClear: () => void;
  onStrength: (strength: string) => void;
}) {
  const chooser = useRef<HTMLInputElement>(null);
  return (
    <div className="image-start">
      <input
        ref={chooser}
        type="file"
        accept="image/png,image/jpeg,image/webp"
        hidden
        aria-label="Start image"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) onFile(file);
          event.target.value = '';
        }}
      />
      {start === null ? (
        <Button size="small" icon="upload" disabled={busy} onClick={() => chooser.current?.click()}>
          {busy ? 'Sending the picture…' : 'Start from a picture'}
        </Button>
      ) : (
        <div className="image-start-chosen">
          <StartThumb key={start.artifactId} artifactId={start.artifactId} />
          <NumberField
            label="Change"
            hint="0 keeps the picture, 1 ignores it"
            value={strength}
            onValue={onStrength}
            min={0}
            max={1}
            step={0.05}
          />
          <IconButton icon="close" label={`Do not start from ${start.name}`} onClick={onClear} />
        </div>
      )}
    </div>
  );
}
